package cadj.cad.method.salun;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Add;
import cadj.autograd.ops.Affine;
import cadj.autograd.ops.MseLoss;
import cadj.cad.attribution.Point;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod.Progress;
import cadj.cad.method.EditTask;
import cadj.cad.method.training.DrawnPictures;
import cadj.cad.method.training.Fashion;
import cadj.cad.method.training.NoisedPictures;
import cadj.cad.method.training.PictureSettings;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class SalUnTest {
  private static final PictureSettings PICTURES = new PictureSettings(1, 2, 3, 2);
  private static final SalUn METHOD = new SalUn(List.of(Sites.FF), 0.25, PICTURES, 2, 3, 1e-3, 0.5);
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

  /// Sample by sample: no batch, no lengthening, and the other prompt's prediction a constant.
  @Test
  void lossIsThePlainOne() {
    List<Point> forget = noised(List.of("bag", "a photo of a bag"), 3).all();
    List<Point> keep = noised(List.of("coat"), 4).all();
    List<Conditioning> instead = List.of(encode(""), encode("a photo"));
    List<Point> concept = List.of(forget.get(3), forget.get(0), forget.get(2));
    Map<String, Tensor> watched = DENOISER.parameters(List.of(Sites.FF));
    SalUnObjective objective = new SalUnObjective(Fashion.PIPELINE.text(), instead, 0.5);
    List<Tensor> terms = new ArrayList<>();
    Map<String, Tensor> expected = new HashMap<>();
    double[] loss = new double[1];
    Tape.record(
        watched.values(),
        tape -> {
          for (int i = 0; i < concept.size(); i++) {
            Point p = concept.get(i);
            // the first two points are the bare name's
            Conditioning other = instead.get(i == 1 ? 0 : 1);
            Tensor constant = Tape.noGrad(() -> DENOISER.forward(p.latents(), p.timestep(), other));
            terms.add(
                Affine.scale(
                    MseLoss.mseLoss(
                        DENOISER.forward(p.latents(), p.timestep(), p.concept()), constant),
                    1 / 3f));
          }
          for (Point p : keep) {
            terms.add(
                Affine.scale(
                    MseLoss.mseLoss(
                        DENOISER.forward(p.latents(), p.timestep(), p.concept()), p.target()),
                    0.5f / keep.size()));
          }
          Tensor sum = terms.getFirst();
          for (Tensor term : terms.subList(1, terms.size())) {
            sum = Add.add(sum, term);
          }
          loss[0] = sum.item();
          Gradients gradients = tape.backward(sum);
          watched.forEach((name, w) -> expected.put(name, gradients.of(w)));
          return null;
        });
    Tape.record(
        watched.values(),
        tape -> {
          Tensor actual = objective.loss(DENOISER, concept, keep);
          assertEquals(loss[0], actual.item(), 1e-5 * loss[0]);
          Gradients gradients = tape.backward(actual);
          watched.forEach(
              (name, w) -> Golden.assertL2(name, expected.get(name), gradients.of(w), 1e-4));
          return null;
        });
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
        "salun: erases concepts, and cannot amplify \"bag\"",
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
