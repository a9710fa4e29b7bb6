"""What a delivery looks like beside those before it: profiles, anomalies, health."""
