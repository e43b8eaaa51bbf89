"""The rules that the project keeps, each as a test."""
