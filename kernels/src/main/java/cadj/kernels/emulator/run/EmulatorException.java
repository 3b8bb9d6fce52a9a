package cadj.kernels.emulator.run;

/// A kernel or its launch is wrong: an address out of bounds, a race, a barrier that not all
/// threads reach. The message has kernel, file and line with its text, block and thread, and what
/// was expected.
public final class EmulatorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EmulatorException(String message) {
    super(message);
  }
}
