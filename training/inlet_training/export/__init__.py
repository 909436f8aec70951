"""What is written for the server: ONNX files, golden sets, sketches, cards."""
