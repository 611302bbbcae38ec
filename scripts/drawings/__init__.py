"""The drawings in the documents, made from what they show: `make drawings`, held by a test."""
