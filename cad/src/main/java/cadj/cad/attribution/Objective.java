package cadj.cad.attribution;

/// What is attributed: the J of s = w·∂J/∂w.
public enum Objective {
  /// What the concept adds over a base prompt; see [EraseObjective].
  ERASE,
  /// How well the concept's pictures are denoised; see [AmplifyObjective].
  AMPLIFY
}
