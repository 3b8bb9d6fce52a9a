package cadj.cad.prediction;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Cat;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Point;
import cadj.cad.attribution.Points;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/// Points that were taken once, by the model as it is, and stay where they are: what changes with
/// the weights is only what is predicted there.
///
/// @param denoiser that is attributed here; where passes are counted, a counting one
/// @param trajectory the points of each trajectory, in their order
/// @param timesteps scored time steps
/// @param divisor what sums over all points are divided by
public record FixedPoints(
    Denoiser denoiser, List<List<Point>> trajectory, double[] timesteps, double divisor)
    implements Points {
  /// All points of a source.
  public static FixedPoints of(Points points) {
    List<List<Point>> all = new ArrayList<>();
    for (int t = 0; t < points.trajectories(); t++) {
      Supplier<Point> walk = points.trajectory(t, 0);
      List<Point> its = new ArrayList<>();
      for (int i = 0; i < points.pointsPerTrajectory(); i++) {
        its.add(Scope.outside(walk));
      }
      all.add(its);
    }
    return new FixedPoints(points.denoiser(), all, points.timesteps(), points.divisor());
  }

  /// The same points, attributed to another denoiser, such as one that counts.
  public FixedPoints on(Denoiser other) {
    return new FixedPoints(other, trajectory, timesteps, divisor);
  }

  @Override
  public int trajectories() {
    return trajectory.size();
  }

  @Override
  public int pointsPerTrajectory() {
    return trajectory.getFirst().size();
  }

  /// Number of points.
  int size() {
    return trajectories() * pointsPerTrajectory();
  }

  @Override
  public Supplier<Point> trajectory(int number, int first) {
    Iterator<Point> next = trajectory.get(number).subList(first, pointsPerTrajectory()).iterator();
    return next::next;
  }

  /// J of each trajectory's points as `edited` has it, [trajectories][points], the points of all
  /// trajectories at one step together.
  double[][] objectives(Objective objective, Denoiser edited) {
    double[][] out = new double[trajectories()][pointsPerTrajectory()];
    for (int i = 0; i < pointsPerTrajectory(); i++) {
      int step = i;
      Scope.run("points together", () -> fill(out, step, objective, edited));
    }
    return out;
  }

  private void fill(double[][] out, int i, Objective objective, Denoiser edited) {
    Point together = together(i);
    float[] residual = Tape.noGrad(() -> objective.residual(edited, together)).toFloats();
    int each = residual.length / trajectories();
    double factor = objective.factor(Shape.of(each));
    for (int t = 0; t < trajectories(); t++) {
      double squares = 0;
      for (int k = t * each; k < (t + 1) * each; k++) {
        squares += (double) residual[k] * residual[k];
      }
      out[t][i] = factor * squares;
    }
  }

  /// The `i`-th points of all trajectories, which are of one time step, as one of many samples.
  Point together(int i) {
    Point first = trajectory.getFirst().get(i);
    List<Tensor> latents = new ArrayList<>();
    List<Tensor> targets = new ArrayList<>();
    Conditioning concept = null;
    for (List<Point> its : trajectory) {
      Point point = its.get(i);
      latents.add(point.latents());
      targets.add(point.target());
      concept = concept == null ? point.concept() : concept.then(point.concept());
    }
    return new Point(
        0,
        first.step(),
        Cat.cat(0, latents.toArray(Tensor[]::new)),
        first.timestep(),
        first.level(),
        concept == null ? first.concept() : concept,
        Cat.cat(0, targets.toArray(Tensor[]::new)));
  }

  /// The same places, but compared with what `edited` predicts there for `base` [1,…].
  FixedPoints retargeted(Denoiser edited, Conditioning base) {
    List<List<Point>> out = new ArrayList<>();
    for (List<Point> its : trajectory) {
      List<Point> moved = new ArrayList<>();
      for (Point p : its) {
        Tensor target =
            Tape.noGrad(
                () ->
                    Scope.keep(
                        "base prediction", () -> edited.forward(p.latents(), p.timestep(), base)));
        moved.add(
            new Point(
                p.trajectory(),
                p.step(),
                p.latents(),
                p.timestep(),
                p.level(),
                p.concept(),
                target,
                p.seed()));
      }
      out.add(moved);
    }
    return new FixedPoints(denoiser, out, timesteps, divisor);
  }

  /// Sum over all points, divided as scores are.
  double mean(double[][] objectives) {
    double sum = 0;
    for (double[] its : objectives) {
      for (double j : its) {
        sum += j;
      }
    }
    return sum / divisor;
  }
}
