package cadj.cad.attribution;

import cadj.models.denoiser.Denoiser;
import java.util.function.Supplier;

/// A source of the points at which an objective is evaluated: trajectories, one for each prompt and
/// noise sample, and on each the same number of points. Made on demand, so a run can begin
/// anywhere.
public interface Points {
  /// The denoiser that is attributed. Evaluating an objective on this very object saves a source
  /// that walks on from there a second forward pass.
  Denoiser denoiser();

  /// Number of trajectories: prompts × noise samples.
  int trajectories();

  /// Number of points of each.
  int pointsPerTrajectory();

  /// Scored time steps, in the order of their numbers.
  double[] timesteps();

  /// What sums over all points are divided by.
  double divisor();

  /// Gives the points of one trajectory, one at each call.
  ///
  /// A point belongs to the scope in which it is taken; what is needed to walk on does not.
  ///
  /// @param first the point to begin with: those before it are passed as cheaply as may be
  Supplier<Point> trajectory(int trajectory, int first);
}
