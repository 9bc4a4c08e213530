"""What is counted of the running system, for Prometheus; nothing without `METRICS_ADDRESS`."""
