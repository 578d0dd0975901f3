"""What is kept on the tablet and sent to the cloud. Imports no other room of the project."""
