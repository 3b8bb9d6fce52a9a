package cadj.cad.method.learnedmask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.learnedmask.LearnedMask.Start;
import cadj.cad.method.learnedmask.LearnedMask.Weights;
import cadj.cad.method.learnedmask.TrajectoryPool.Pooled;
import cadj.cad.method.textmask.TextMask;
import cadj.kernels.random.SplitMix64;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearnedMaskTest {
  private static final TextToImage PIPELINE = TextToImage.load(ModelFiles.open("fashion"));
  private static final List<TargetPrompt> TARGETS =
      List.of(
          new TargetPrompt("bag", ""), new TargetPrompt("a bag in the style of photo", "photo"));
  private static final LearnedMask SMALL =
      new LearnedMask(Weights.KV, Start.NOTHING, 1, 6, 6, 0.3, 3, 3, 1, 2);

  private static EditTask task(EditTask.Goal goal, Cost cost) {
    return new EditTask(
        PIPELINE, "bag", goal, TARGETS, List.of("coat", "dress", ""), null, 7, cost);
  }

  private static double error(Denoiser denoiser, List<Pooled> points, double eta) {
    double sum = 0;
    for (Pooled point : points) {
      float[] out =
          denoiser.forward(point.latents(), point.timestep(), point.conditioning()).toFloats();
      float[] with = point.with().toFloats();
      float[] without = point.without().toFloats();
      for (int i = 0; i < out.length; i++) {
        double goal = without[i] - eta * (with[i] - without[i]);
        sum += (out[i] - goal) * (out[i] - goal);
      }
    }
    return points.isEmpty() ? 0 : sum / points.size();
  }

  /// Zeroing lowers the loss on the whole pools, and is not undone by a second run.
  @Test
  void theMaskLowersItsLoss() {
    Cost cost = new Cost();
    EditTask task = task(EditTask.Goal.ERASE, cost);
    TrajectoryPool preserve =
        TrajectoryPool.of(
            task, TrajectoryPool.kept(task.preserve()), 2, 7002, EditMethod.Progress.NONE);
    assertEquals(6, preserve.points().size());
    assertEquals(2, preserve.only("coat"::equals).points().size());
    assertEquals(3 * 2 * 2, cost.passes(), "with and without the prompt");
    TrajectoryPool target = TrajectoryPool.of(task, TARGETS, 2, 7001, EditMethod.Progress.NONE);
    assertEquals(12 + 2 * 2 + 2 * 3, cost.passes(), "and what is drawn instead, where not empty");
    Patch patch = SMALL.edit(task, preserve, EditMethod.Progress.NONE);
    assertEquals(22 + 10 + 6 * (3 + 3) * 3, cost.passes());
    Denoiser before = PIPELINE.denoiser();
    Denoiser after = patch.apply(before);
    double all = error(before, target.points(), 1);
    assertTrue(error(after, target.points(), 1) < 0.9 * all);
    List<Pooled> kept = preserve.points();
    assertEquals(0, error(before, kept, 0), 1e-6);
    assertTrue(error(after, kept, 0) < 0.5 * all);
    Patch again = SMALL.edit(task(EditTask.Goal.ERASE, new Cost()), EditMethod.Progress.NONE);
    assertEquals(patch.changes().keySet(), again.changes().keySet());
    patch
        .changes()
        .forEach(
            (name, change) ->
                assertArrayEquals(
                    ((Change.Scaled) change).indices(),
                    ((Change.Scaled) again.changes().get(name)).indices()));
    assertTrue(patch.changes().keySet().stream().allMatch(n -> n.contains("attn2.to_")));
  }

  /// Against differences of the loss, every point of the pools drawn by the same generator.
  @Test
  void gradientsAreTheLosss() {
    EditTask task = task(EditTask.Goal.ERASE, new Cost());
    TrajectoryPool target =
        TrajectoryPool.of(task, TARGETS.subList(0, 1), 1, 1, EditMethod.Progress.NONE);
    TrajectoryPool preserve =
        TrajectoryPool.of(
            task, TrajectoryPool.kept(List.of("coat")), 1, 2, EditMethod.Progress.NONE);
    String name = "mid_block.attentions.0.transformer_blocks.0.attn2.to_v.weight";
    Tensor w = PIPELINE.denoiser().parameters().get(name);
    float[] moved = w.toFloats();
    for (int i = 0; i < moved.length; i += 3) {
      moved[i] = 0;
    }
    Learning learning = new Learning(target, preserve, 0.5, 50);
    double j0 = learning.j0();
    assertEquals(error(PIPELINE.denoiser(), target.points(), 0), j0, 1e-4 * j0);
    SequencedMap<String, Tensor> masked = new LinkedHashMap<>();
    masked.put(name, Tensor.of(moved, w.shape().toArray()));
    float[] gradient =
        learning.gradients(PIPELINE.denoiser(), masked, new TorchGenerator(1), j0, 2, 3).get(name);
    for (int i : new int[] {largest(gradient), 100, 3333}) {
      double there = loss(name, moved, i, 0.02f, learning, j0);
      double here = loss(name, moved, i, -0.02f, learning, j0);
      double largest = Math.abs(gradient[largest(gradient)]);
      assertEquals((there - here) / 0.04, gradient[i], 0.02 * largest, "weight " + i);
    }
  }

  private static int largest(float... gradient) {
    int best = 0;
    for (int i = 0; i < gradient.length; i++) {
      best = Math.abs(gradient[i]) > Math.abs(gradient[best]) ? i : best;
    }
    return best;
  }

  private static double loss(
      String name, float[] w, int at, float by, Learning learning, double j0) {
    float[] moved = w.clone();
    moved[at] += by;
    Map<String, Tensor> all = new LinkedHashMap<>(PIPELINE.denoiser().parameters());
    all.put(name, Tensor.of(moved, all.get(name).shape().toArray()));
    Denoiser denoiser = PIPELINE.denoiser().with(all);
    return error(denoiser, learning.target().points(), 0.5) / j0
        + learning.preserveScale() * error(denoiser, learning.preserve().points(), 0) / j0;
  }

  @Test
  void stepsOfAMask() {
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("w", Tensor.of(new float[] {2, -1, 0.5f, 3, 1}, 1, 5));
    StraightThroughMask mask = new StraightThroughMask(weights, 10, 0.2);
    mask.begin(Map.of("w", new int[] {3}), 0.3f);
    mask.fix("w", new boolean[] {false, false, false, false, true});
    double[] z = {1, 1, 1, 0.3, 1};
    double[] m = new double[5];
    double[] v = new double[5];
    double epsilon = 0;
    for (int step = 1; step <= 10; step++) {
      float[] w = weights.get("w").toFloats();
      float[] got = mask.masked().get("w").toFloats();
      float[] g = {0.4f, -0.7f / step, 0.1f, step == 1 ? -2f : 1f, 5};
      for (int i = 0; i < 5; i++) {
        assertEquals(z[i] > 0.5 ? w[i] : 0, got[i], "step " + step + " weight " + i);
      }
      double[] scaled = new double[5];
      for (int i = 0; i < 5; i++) {
        scaled[i] = g[i] * w[i];
      }
      if (step == 1) {
        // of 0.05, 0.7, 0.8, 5, 6
        epsilon = 5;
      }
      mask.step(new LinkedHashMap<>(Map.of("w", g)));
      double rate = step <= 6 ? 0.2 : 0.2 * (11 - step) / 4;
      for (int i = 0; i < 5; i++) {
        m[i] = 0.9 * m[i] + 0.1 * scaled[i];
        v[i] = 0.98 * v[i] + 0.02 * scaled[i] * scaled[i];
        double by =
            rate
                * (m[i] / (1 - Math.pow(0.9, step)))
                / (Math.sqrt(v[i] / (1 - Math.pow(0.98, step))) + epsilon);
        z[i] = i == 4 ? 1 : Math.min(1, Math.max(0, z[i] - by));
      }
    }
    int[] expected = IntStream.range(0, 5).filter(i -> z[i] <= 0.5).toArray();
    assertArrayEquals(expected, mask.zeroed().getOrDefault("w", new int[0]), Arrays.toString(z));
  }

  /// The second-order score against differences, and which weights are left out by it.
  @Test
  void scoresAreOfTheLoss() {
    EditTask task = task(EditTask.Goal.ERASE, new Cost());
    TrajectoryPool target =
        TrajectoryPool.of(task, TARGETS.subList(0, 1), 1, 1, EditMethod.Progress.NONE);
    Learning learning = new Learning(target, new TrajectoryPool(List.of()), 0, 2);
    String name = "mid_block.attentions.0.transformer_blocks.0.attn2.to_v.weight";
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    Tensor w = PIPELINE.denoiser().parameters().get(name);
    weights.put(name, w);
    Map<String, float[]> scores =
        new CalibratedScores(0.02, 1).of(PIPELINE.denoiser(), weights, learning);
    float[] its = scores.get(name);
    float[] values = w.toFloats();
    double loss = 0;
    double first = 0;
    for (int i = 0; i < values.length; i++) {
      loss += Math.abs(its[i]);
      first += its[i];
    }
    assertTrue(loss > 0 && Double.isFinite(first));
    float[] shrunk = values.clone();
    for (int i = 0; i < shrunk.length; i++) {
      shrunk[i] *= 0.98f;
    }
    // zeroing one weight changes the loss by about its score, more surely the larger that is
    int at = largest(its);
    double change =
        loss(name, shrunk, at, -shrunk[at], learning, 1) - loss(name, shrunk, at, 0, learning, 1);
    assertTrue(its[at] * change > 0, its[at] + " and " + change);
    Map<String, float[]> made = new LinkedHashMap<>();
    made.put("a", new float[] {3, -1, 0});
    made.put("b", new float[] {-2, 5});
    Map<String, boolean[]> others = CalibratedScores.others(made, 0.4);
    assertArrayEquals(new boolean[] {true, false, true}, others.get("a"));
    assertArrayEquals(new boolean[] {false, true}, others.get("b"));
  }

  /// Where nothing is to change and nothing has, only the second-order term is left.
  @Test
  void curvatureIsOfSquaredDerivatives() {
    EditTask task = task(EditTask.Goal.ERASE, new Cost());
    TrajectoryPool preserve =
        TrajectoryPool.of(
            task, TrajectoryPool.kept(List.of("coat")), 1, 2, EditMethod.Progress.NONE);
    Learning learning = new Learning(new TrajectoryPool(List.of()), preserve, 0, 2);
    String name = "mid_block.attentions.0.transformer_blocks.0.attn2.to_v.weight";
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    weights.put(name, PIPELINE.denoiser().parameters().get(name));
    float[] scores =
        new CalibratedScores(0, 1).of(PIPELINE.denoiser(), weights, learning).get(name);
    int at = largest(scores);
    float w = weights.get(name).toFloats()[at];
    Pooled point = preserve.points().getFirst();
    double slope = (signed(name, at, 0.02f, point) - signed(name, at, -0.02f, point)) / 0.04;
    assertEquals(2 * w * w * slope * slope, scores[at], 0.02 * scores[at]);
  }

  private static double signed(String name, int at, float by, Pooled point) {
    Map<String, Tensor> all = new LinkedHashMap<>(PIPELINE.denoiser().parameters());
    float[] moved = all.get(name).toFloats();
    moved[at] += by;
    all.put(name, Tensor.of(moved, all.get(name).shape().toArray()));
    float[] out =
        PIPELINE
            .denoiser()
            .with(all)
            .forward(point.latents(), point.timestep(), point.conditioning())
            .toFloats();
    double sum = 0;
    for (int i = 0; i < out.length; i++) {
      sum += SplitMix64.at(SplitMix64.at(1, 0), i) < 0 ? -out[i] : out[i];
    }
    return sum;
  }

  @Test
  void startsAndSitesTakeEffect() {
    LearnedMask ff = new LearnedMask(Weights.FF, Start.NOTHING, 1, 6, 4, 0.4, 2, 2, 0.1, 1);
    Patch patch = ff.edit(task(EditTask.Goal.ERASE, new Cost()), EditMethod.Progress.NONE);
    assertTrue(patch.size() > 0);
    assertTrue(patch.changes().keySet().stream().allMatch(name -> name.contains(".ff.net.")));
    assertEquals("learned-mask-ff", ff.name());
    LearnedMask text = new LearnedMask(Weights.KV, Start.TEXT_MASK, 1, 6, 1, 1e-6, 1, 1, 1, 1);
    Patch begun = text.edit(task(EditTask.Goal.ERASE, new Cost()), EditMethod.Progress.NONE);
    Patch mask =
        TextMask.RECOMMENDED.edit(task(EditTask.Goal.ERASE, new Cost()), EditMethod.Progress.NONE);
    assertEquals(mask.size(), begun.size());
  }

  @Test
  void refusals() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> SMALL.edit(task(EditTask.Goal.AMPLIFY, new Cost()), EditMethod.Progress.NONE))
            .getMessage();
    assertEquals("learned-mask: expected a concept to erase, got one to amplify", message);
  }

  /// Scores for candidates take a pass with two backward passes at each point of both pools.
  @Test
  void whatScoringCandidatesCosts() {
    Cost with = new Cost();
    Cost without = new Cost();
    LearnedMask some = new LearnedMask(Weights.KV, Start.NOTHING, 1, 6, 2, 0.3, 1, 1, 0.5, 2);
    LearnedMask all = new LearnedMask(Weights.KV, Start.NOTHING, 1, 6, 2, 0.3, 1, 1, 1, 2);
    some.edit(task(EditTask.Goal.ERASE, with), EditMethod.Progress.NONE);
    all.edit(task(EditTask.Goal.ERASE, without), EditMethod.Progress.NONE);
    int points = 2 * 2 + 3 * 2; // two targets and three preserved prompts, two steps each
    assertEquals((1L + 2 + 2) * points, with.passes() - without.passes());
  }
}
