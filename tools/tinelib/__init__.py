"""What the tools share: the build's places, the machine, the console."""
