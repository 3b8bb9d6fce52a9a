package cadj.cad.cli;

/// A command cannot go on; the message is the one line that the user reads.
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  CommandFailure(String message) {
    super(message);
  }
}
