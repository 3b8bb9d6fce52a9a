package cadj.kernels.emulator;

/// A kernel, or who launched it, did what a GPU would not survive or not do the same way twice:
/// kernel, file and line with its text, block and thread, and what was expected.
public final class EmulatorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EmulatorException(String message) {
    super(message);
  }
}
