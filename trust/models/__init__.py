from trust.models.audit_event import AuditEvent
from trust.models.audit_key import AuditKey
from trust.models.audit_seal import AuditSeal
from trust.models.data_key import DataKey
from trust.models.machine_time import MachineNow
from trust.models.organisation import Organisation
from trust.models.purge import Purge
from trust.models.retention_settings import RetentionSettings
from trust.models.user import User, UserManager

__all__ = [
    "AuditEvent",
    "AuditKey",
    "AuditSeal",
    "DataKey",
    "MachineNow",
    "Organisation",
    "Purge",
    "RetentionSettings",
    "User",
    "UserManager",
]
