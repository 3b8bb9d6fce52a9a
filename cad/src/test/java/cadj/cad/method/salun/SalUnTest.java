package cadj.cad.method.salun;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.autograd.ops.Sub;
import cadj.cad.attribution.Point;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod.Progress;
import cadj.cad.method.EditTask;
import cadj.cad.method.training.DrawnPictures;
import cadj.cad.method.training.Fashion;
import cadj.cad.method.training.NoisedPictures;
import cadj.cad.method.training.PictureSettings;
import cadj.kernels.device.DType;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class SalUnTest {
  private static final PictureSettings PICTURES = new PictureSettings(1, 2, 3, 2);
  private static final double ALPHA = 0.5;
  private static final SalUn METHOD =
      new SalUn(List.of(Sites.FF), 0.25, PICTURES, 2, 3, 1e-3, ALPHA);
  private static final Denoiser DENOISER = Fashion.PIPELINE.denoiser();

  private static NoisedPictures noised(List<String> prompts, long seed) {
    return DrawnPictures.draw(Fashion.PIPELINE, prompts, PICTURES, seed, "", Progress.NONE)
        .noised(seed);
  }

  private static Conditioning encode(String prompt) {
    return Fashion.PIPELINE.text().encode(List.of(prompt), 32, 32);
  }

  /// Gradients are summed over all points before their magnitudes are compared.
  @Test
  void masksBySummedGradients() {
    NoisedPictures points = noised(List.of("bag", "a photo of a bag"), 3);
    Map<String, Tensor> watched = DENOISER.parameters(List.of(Sites.FF));
    Map<String, double[]> sums = new HashMap<>();
    for (Point point : points.all()) {
      Tape.record(
          watched.values(),
          tape -> {
            Gradients gradients =
                tape.backward(
                    MseLoss.mseLoss(
                        DENOISER.forward(point.latents(), point.timestep(), point.concept()),
                        point.target()));
            watched.forEach(
                (name, w) -> {
                  double[] sum = sums.computeIfAbsent(name, n -> new double[w.elements()]);
                  double[] g = gradients.of(w).toDoubles();
                  Arrays.setAll(sum, i -> sum[i] + g[i]);
                });
            return null;
          });
    }
    double[] all =
        sums.values().stream().flatMapToDouble(Arrays::stream).map(Math::abs).sorted().toArray();
    double threshold = all[all.length - (int) (0.25 * all.length)];
    SequencedMap<String, int[]> mask =
        new SaliencyMask(0.25).of(points, List.of(Sites.FF), Progress.NONE);
    int selected = 0;
    for (Map.Entry<String, int[]> entry : mask.entrySet()) {
      selected += entry.getValue().length;
      for (int i : entry.getValue()) {
        assertTrue(Math.abs(sums.get(entry.getKey())[i]) >= threshold * (1 - 1e-3));
      }
    }
    assertEquals((int) (0.25 * all.length), selected);
  }

  /// The loss and its gradients sample by sample: no batch, and the other prompt's prediction a
  /// constant that is computed before.
  ///
  /// @param sum the gradients are added to these
  private static double plain(
      Denoiser denoiser, List<Point> concept, List<Point> keep, Map<String, double[]> sum) {
    List<Conditioning> instead = List.of(encode(""), encode("a photo"));
    double loss = 0;
    for (Point p : concept) {
      Tensor constant =
          denoiser.forward(p.latents(), p.timestep(), instead.get(p.trajectory() == 0 ? 0 : 1));
      loss += plain(denoiser, p, constant, 1.0 / concept.size(), sum);
    }
    for (Point p : keep) {
      loss += plain(denoiser, p, p.target(), ALPHA / keep.size(), sum);
    }
    return loss;
  }

  private static double plain(
      Denoiser denoiser, Point p, Tensor target, double weight, Map<String, double[]> sum) {
    Map<String, Tensor> watched = denoiser.parameters(List.of(Sites.FF));
    return Tape.record(
        watched.values(),
        tape -> {
          Tensor loss =
              MseLoss.mseLoss(denoiser.forward(p.latents(), p.timestep(), p.concept()), target);
          Gradients gradients = tape.backward(loss);
          watched.forEach(
              (name, w) -> {
                double[] its = sum.computeIfAbsent(name, n -> new double[w.elements()]);
                double[] g = gradients.of(w).toDoubles();
                Arrays.setAll(its, i -> its[i] + weight * g[i]);
              });
          return weight * loss.item();
        });
  }

  @Test
  void lossIsThePlainOne() {
    List<Point> forget = noised(List.of("bag", "a photo of a bag"), 3).all();
    List<Point> keep = noised(List.of("coat"), 4).all();
    List<Point> concept = List.of(forget.get(3), forget.get(0), forget.get(2));
    Map<String, double[]> expected = new HashMap<>();
    double loss = plain(DENOISER, concept, keep, expected);
    Map<String, Tensor> watched = DENOISER.parameters(List.of(Sites.FF));
    SalUnObjective objective =
        new SalUnObjective(Fashion.PIPELINE.text(), List.of(encode(""), encode("a photo")), ALPHA);
    Tape.record(
        watched.values(),
        tape -> {
          Tensor actual = objective.loss(DENOISER, concept, keep);
          assertEquals(loss, actual.item(), 1e-5 * loss);
          Gradients gradients = tape.backward(actual);
          watched.forEach(
              (name, w) ->
                  Golden.assertL2(
                      name,
                      Tensor.of(expected.get(name), w.shape().toArray()),
                      gradients.of(w),
                      1e-4));
          return null;
        });
  }

  /// Two epochs of two batches, 3 and 1 of the 4 noised pictures, by Adam written out.
  @Test
  void epochsAreAPlainLoop() {
    EditTask task = Fashion.erase();
    List<String> targets = List.of("bag", "a photo of a bag");
    SequencedMap<String, int[]> mask =
        new SaliencyMask(0.25).of(noised(targets, task.seed()), List.of(Sites.FF), Progress.NONE);
    Map<String, Tensor> parameters = new LinkedHashMap<>(DENOISER.parameters());
    Map<String, double[]> m = new HashMap<>();
    Map<String, double[]> v = new HashMap<>();
    TorchGenerator generator = new TorchGenerator(task.seed());
    int t = 0;
    for (int epoch = 0; epoch < 2; epoch++) {
      long seed = generator.random32();
      List<Point> forget = renoised(targets, task.seed(), seed);
      long[] order = generator.randperm(4);
      List<Point> keep = renoised(task.preserve(), task.seed() + 1, seed + 2);
      long[] keepOrder = generator.randperm(4);
      for (int[] batch : new int[][] {{0, 1, 2}, {3}}) {
        t++;
        List<Point> concept = new ArrayList<>();
        List<Point> rest = new ArrayList<>();
        for (int i : batch) {
          concept.add(forget.get((int) order[i]));
          rest.add(keep.get((int) keepOrder[i]));
        }
        Map<String, double[]> gradients = new HashMap<>();
        plain(DENOISER.with(parameters), concept, rest, gradients);
        for (Map.Entry<String, int[]> chosen : mask.entrySet()) {
          String name = chosen.getKey();
          Tensor w = requireNonNull(parameters.get(name));
          double[] values = w.toDoubles();
          double[] mean = m.computeIfAbsent(name, n -> new double[values.length]);
          double[] square = v.computeIfAbsent(name, n -> new double[values.length]);
          for (int i : chosen.getValue()) {
            double g = gradients.get(name)[i];
            mean[i] = 0.9 * mean[i] + 0.1 * g;
            square[i] = 0.999 * square[i] + 0.001 * g * g;
            double root = Math.sqrt(square[i] / (1 - Math.pow(0.999, t)));
            values[i] -= 1e-3 * mean[i] / (1 - Math.pow(0.9, t)) / (root + 1e-8);
          }
          parameters.put(name, Tensor.of(values, w.shape().toArray()).to(DType.F32));
        }
      }
    }
    Map<String, Tensor> actual = METHOD.edit(task, Progress.NONE).apply(DENOISER.parameters());
    for (String name : mask.keySet()) {
      Tensor before = requireNonNull(DENOISER.parameters().get(name));
      Golden.assertL2(
          name,
          Sub.sub(requireNonNull(parameters.get(name)), before),
          Sub.sub(requireNonNull(actual.get(name)), before),
          1e-2); // where a gradient is next to nothing its sign, and so a whole step, is chance
    }
  }

  private static List<Point> renoised(List<String> prompts, long drawn, long seed) {
    return DrawnPictures.draw(Fashion.PIPELINE, prompts, PICTURES, drawn, "", Progress.NONE)
        .noised(seed)
        .all();
  }

  @Test
  void trainsTheMaskOnlyAndRepeatably() {
    EditTask task = Fashion.erase();
    Patch patch = METHOD.edit(task, Progress.NONE);
    SequencedMap<String, int[]> mask =
        new SaliencyMask(0.25)
            .of(
                noised(List.of("bag", "a photo of a bag"), task.seed()),
                List.of(Sites.FF),
                Progress.NONE);
    assertEquals(mask.keySet(), patch.changes().keySet());
    Map<String, Tensor> after = patch.apply(DENOISER.parameters());
    Map<String, Tensor> again =
        METHOD.edit(Fashion.erase(), Progress.NONE).apply(DENOISER.parameters());
    long trained = 0;
    for (String name : DENOISER.parameters().keySet()) {
      float[] before = requireNonNull(DENOISER.parameters().get(name)).toFloats();
      float[] values = requireNonNull(after.get(name)).toFloats();
      assertArrayEquals(values, requireNonNull(again.get(name)).toFloats(), 0f);
      int[] chosen = mask.getOrDefault(name, new int[0]);
      trained += chosen.length;
      for (int i : chosen) {
        before[i] = values[i];
      }
      assertArrayEquals(before, values, 0f, name);
    }
    assertTrue(patch.size() > 0.9 * trained, patch.size() + " of " + trained);
  }

  @Test
  void refusals() {
    assertEquals(
        "salun: expected prompts to preserve, got none",
        message(() -> METHOD.edit(Fashion.task(EditTask.Goal.ERASE, List.of()), Progress.NONE)));
    assertEquals(
        "salun: expected a concept to erase, got one to amplify",
        message(
            () ->
                METHOD.edit(Fashion.task(EditTask.Goal.AMPLIFY, List.of("coat")), Progress.NONE)));
    assertEquals(
        "salun: expected a share above 0, to 1, got 0.0",
        message(() -> new SalUn(List.of(Sites.FF), 0, PICTURES, 1, 1, 1e-3, 0.1)));
  }

  private static String message(Runnable refused) {
    return assertThrows(IllegalArgumentException.class, refused::run).getMessage();
  }
}
