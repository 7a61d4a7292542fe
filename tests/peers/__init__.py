"""Programs that others wrote, and the misbehaving provider, each as a process of its own."""
