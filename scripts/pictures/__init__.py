"""The pictures in the documents, made from what they show: `make pictures`."""
