package cadj.cad.attribution;

import cadj.autograd.graph.Tape;
import java.util.function.Function;

/// Where an objective is evaluated: a fixed sequence of units, each one point of one noise sample's
/// path.
public sealed interface Procedure permits EraseCorrected, EraseReference, AmplifyProcedure {
  /// Number of units.
  int units();

  /// Scored time steps in the order of their numbers.
  int[] timesteps();

  /// What sums over units are divided by.
  double divisor();

  /// Meets all units in order.
  ///
  /// @param from units before this one were scored by an earlier run: walked past, as cheaply as
  ///   may be
  void walk(int from, Sink sink);

  /// Takes units as they come.
  @FunctionalInterface
  interface Sink {
    /// @param step number of the unit's time step in [#timesteps]
    /// @param objective evaluates the objective there, and hands its gradients to what it is given
    void unit(int unit, int step, Function<Tape.Receiver, Scored> objective);
  }
}
