package cadj.cad.method.training;

import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Mul.mul;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Patch;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private static final double LR = 0.125;

  /// w·x, with a parameter that is not used.
  private record Product(SequencedMap<String, Tensor> parameters) implements Denoiser {
    @Override
    public Denoiser with(Map<String, Tensor> changed) {
      return new Product(new LinkedHashMap<>(changed));
    }

    @Override
    public PredictionType predictionType() {
      return PredictionType.EPSILON;
    }

    @Override
    public LatentForm latentForm() {
      return new LatentForm(1, 2, 2);
    }

    @Override
    public boolean isSite(Sites sites, String name, int rank) {
      return true;
    }

    @Override
    public int heads(String parameter) {
      return 0;
    }

    @Override
    public List<String> crossAttentions() {
      return List.of();
    }

    @Override
    public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
      return mul(latents, parameters.get("w"));
    }
  }

  private final Tensor w = Tensor.of(new float[] {1, -2, -0f, 4}, 1, 1, 2, 2);
  private final Tensor x = Tensor.full(DType.F32, Shape.of(1, 1, 2, 2), 3);
  private final Denoiser denoiser = new Product(parameters());

  private SequencedMap<String, Tensor> parameters() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("w", w);
    out.put("unused", Tensor.of(new float[] {5}, 1));
    return out;
  }

  private Tensor loss(Training training) {
    return mean(training.denoiser().forward(x, 1, Conditioning.of(x)));
  }

  /// Adam's steps along a gradient that stays the same are lr each.
  @Test
  void stepsAreTakenOnCopies() {
    Training training = Training.of("test", denoiser, denoiser.parameters(), LR);
    assertEquals(3 * (1 - 2 + 4) / 4.0, training.step(() -> loss(training)), 1e-6);
    training.step(() -> loss(training));
    assertArrayEquals(
        new float[] {0.75f, -2.25f, -0.25f, 3.75f},
        training.parameters().get("w").toFloats(),
        1e-5f);
    assertArrayEquals(new float[] {1, -2, -0f, 4}, w.toFloats(), 0f);
    Patch patch = training.patch();
    assertEquals(Set.of("w"), patch.changes().keySet());
    assertArrayEquals(
        training.parameters().get("w").toFloats(),
        patch.apply(denoiser.parameters()).get("w").toFloats(),
        0f);
  }

  @Test
  void weightsNotSelectedKeepTheirBits() {
    SequencedMap<String, int[]> only = new LinkedHashMap<>();
    only.put("w", new int[] {1, 3});
    Training training = Training.only("test", denoiser, only, LR);
    for (int i = 0; i < 3; i++) {
      training.step(() -> loss(training));
    }
    float[] before = w.toFloats();
    float[] after = training.patch().apply(denoiser.parameters()).get("w").toFloats();
    for (int i : new int[] {0, 2}) {
      assertEquals(Float.floatToRawIntBits(before[i]), Float.floatToRawIntBits(after[i]));
    }
    for (int i : new int[] {1, 3}) {
      assertNotEquals(before[i], after[i]);
    }
    assertEquals(2, training.patch().size());
  }

  @Test
  void refusals() {
    assertTrue(
        message(() -> Training.of("esd-x", denoiser, new LinkedHashMap<>(), LR))
            .contains("esd-x: the model has no parameter to train"));
    assertTrue(
        message(() -> Training.only("m", denoiser, new LinkedHashMap<>(), LR))
            .contains("m: no weight was selected"));
    assertEquals(
        "m: the model has no parameter other",
        message(() -> Training.only("m", denoiser, selection("other", 0), LR)));
    assertEquals(
        "training: index 4 is outside w of 4 weights",
        message(() -> Training.only("m", denoiser, selection("w", 4), LR)));
  }

  /// Of 4 weights copies, two moments and a mask, and the largest gradient: 4·(4·4 + 4) bytes.
  @Test
  void memoryIsAskedForBeforehand() {
    Map<String, Tensor> one = Map.of("w", w);
    TrainingMemory.require("esd-u", one, 1, 80);
    TrainingMemory.require("esd-u", one, 0, 64);
    String message = message(() -> TrainingMemory.require("esd-u", one, 1, 79));
    assertEquals(
        "esd-u: training 4 weights in single precision needs 0.0 GB for copies, Adam's moments and"
            + " gradients, and 0.0 GB can be had: allow more with --memory, or choose a method that"
            + " trains fewer weights",
        message);
  }

  private static SequencedMap<String, int[]> selection(String name, int index) {
    SequencedMap<String, int[]> out = new LinkedHashMap<>();
    out.put(name, new int[] {index});
    return out;
  }

  private static String message(Runnable refused) {
    return assertThrows(IllegalArgumentException.class, refused::run).getMessage();
  }
}
