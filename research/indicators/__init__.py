"""The eight indicators, one definition in code each; dashboards, reports and exports ask here."""
