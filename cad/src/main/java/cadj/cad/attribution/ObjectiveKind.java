package cadj.cad.attribution;

/// The objectives by name, as `--objective` takes them.
public enum ObjectiveKind {
  /// What the concept adds over a base prompt: [EraseObjective].
  ERASE,
  /// How well the concept's pictures are denoised: [AmplifyObjective].
  AMPLIFY;

  /// The objective as `mode` has it.
  public Objective in(Mode mode) {
    return switch (this) {
      case ERASE -> new EraseObjective(mode == Mode.CORRECTED);
      case AMPLIFY -> new AmplifyObjective();
    };
  }
}
