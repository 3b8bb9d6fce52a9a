package cadj.autograd.ops;

import java.util.List;

/// What one operation is tried with: its applications, and its misuses.
///
/// To add an operation's: a file `XSamples`, its line in [AllSamples].
interface OpSamples {
  /// The operation's class, or that of a composition of operations, which is not in the catalogue.
  Class<?> op();

  /// At least one with an empty (zero-size) input, and, if the operation takes two differentiable
  /// inputs, one where two have the same shape.
  List<Sample> samples();

  /// At least one.
  List<Misuse> misuses();
}
