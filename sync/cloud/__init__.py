"""The thin cloud: NATS server and HTTP in front, SQLite behind. Imports only records, wire and topics of ours."""
