package cadj.cad.method.training;

import cadj.cad.attribution.AmplifyPoints;
import cadj.cad.attribution.Point;
import cadj.cad.attribution.Points;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Noised pictures of several prompts, each prompt with its own pictures: a trajectory for each.
/// Sums over them are divided by their number.
///
/// @param byPrompt one trajectory each, all of the same number of pictures and steps
public record NoisedPictures(List<AmplifyPoints> byPrompt) implements Points {
  @Override
  public Denoiser denoiser() {
    return byPrompt.getFirst().denoiser();
  }

  @Override
  public int trajectories() {
    return byPrompt.size();
  }

  @Override
  public int pointsPerTrajectory() {
    return byPrompt.getFirst().pointsPerTrajectory();
  }

  @Override
  public double[] timesteps() {
    return byPrompt.getFirst().timesteps();
  }

  @Override
  public double divisor() {
    return (double) trajectories() * pointsPerTrajectory();
  }

  @Override
  public Supplier<Point> trajectory(int trajectory, int first) {
    Supplier<Point> its = byPrompt.get(trajectory).trajectory(0, first);
    return () -> numbered(its.get(), trajectory);
  }

  private static Point numbered(Point point, int trajectory) {
    return new Point(
        trajectory,
        point.step(),
        point.latents(),
        point.timestep(),
        point.level(),
        point.concept(),
        point.target());
  }

  /// All points, prompt by prompt.
  public List<Point> all() {
    List<Point> out = new ArrayList<>();
    for (int k = 0; k < trajectories(); k++) {
      Supplier<Point> walk = trajectory(k, 0);
      for (int i = 0; i < pointsPerTrajectory(); i++) {
        out.add(Scope.outside(walk));
      }
    }
    return out;
  }
}
