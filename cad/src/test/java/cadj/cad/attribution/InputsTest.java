package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a run starts from: its values, and the metadata that tell it from others.
class InputsTest {
  private static final TextToImage PIPELINE = Runs.PIPELINE;
  private static final int SEED = 11;

  /// Two prompts, three samples, two of four steps.
  private static AttributionSettings settings(ObjectiveKind objective, Mode mode) {
    return new AttributionSettings(
        "bag",
        List.of("bag", "a coat"),
        "",
        objective,
        mode,
        new FirstOrder(),
        new ScoredSteps(Scheduler.Kind.DDIM, 4, 2),
        3,
        3,
        SEED,
        List.of(Sites.FF));
  }

  /// One for each sample, or in reference mode for each prompt and step too.
  @Test
  void startNoiseIsTheSeeds() {
    for (Mode mode : Mode.values()) {
      int count = mode == Mode.CORRECTED ? 3 : 3 * 2 * 2;
      Inputs found = Inputs.startNoise(PIPELINE, settings(ObjectiveKind.ERASE, mode));
      Tensor expected = TextToImage.noise(PIPELINE.latentShape(count), new TorchGenerator(SEED));
      assertEquals(expected.shape(), found.values().shape());
      assertArrayEquals(expected.toFloats(), found.values().toFloats());
      assertEquals(Map.of(), found.identity());
    }
  }

  /// Its leading dimensions are one; the number of samples is what it says, not the settings.
  @Test
  void startNoiseFromElsewhereIsNamedHashedAndCounted() {
    Tensor noise = Tensor.of(new float[] {1, -2, 3, 4, 5, 6, 7, 8.5f}, 2, 2, 1, 2, 1);
    for (Mode mode : Mode.values()) {
      Inputs found = Inputs.startNoise(noise, "n.pt", settings(ObjectiveKind.ERASE, mode));
      assertEquals(Shape.of(4, 1, 2, 1), found.values().shape());
      assertArrayEquals(noise.toFloats(), found.values().toFloats());
      String samples = mode == Mode.CORRECTED ? "4" : "1";
      assertEquals(
          Map.of("latents", "n.pt", "latents_hash", sha256(noise), "samples", samples),
          found.identity());
    }
  }

  @Test
  void startNoiseOfOneSampleHasFourDimensions() {
    AttributionSettings settings = settings(ObjectiveKind.ERASE, Mode.CORRECTED);
    Tensor one = Tensor.of(new float[2], 1, 1, 2, 1);
    assertEquals(one.shape(), Inputs.startNoise(one, "n.pt", settings).values().shape());
    assertEquals(
        "latents: expected [N,C,h,w], got [1,2,1]",
        assertThrows(
                IllegalArgumentException.class,
                () -> Inputs.startNoise(one.reshape(1, 2, 1), "n.pt", settings))
            .getMessage());
  }

  @Test
  void realPicturesAreEncodedNamedAndHashed() {
    int side =
        PIPELINE.denoiser().latentForm().height() * PIPELINE.vae().config().downsampleFactor();
    Tensor pictures = TextToImage.noise(Shape.of(1, 3, side, side), new TorchGenerator(1));
    Inputs found =
        Inputs.pictures(
            PIPELINE, settings(ObjectiveKind.AMPLIFY, Mode.CORRECTED), pictures, "photos");
    assertArrayEquals(
        ConceptPictures.real(PIPELINE, pictures, SEED).toFloats(), found.values().toFloats());
    assertEquals(Map.of("pictures", "photos", "pictures_hash", sha256(pictures)), found.identity());
  }

  @Test
  void drawnPicturesAreCounted() {
    AttributionSettings settings = settings(ObjectiveKind.AMPLIFY, Mode.CORRECTED);
    Inputs found = Inputs.drawn(PIPELINE, settings, 2, TextToImage.Progress.NONE);
    assertArrayEquals(
        ConceptPictures.generated(PIPELINE, settings, 2, TextToImage.Progress.NONE).toFloats(),
        found.values().toFloats());
    assertEquals(Map.of("pictures", "2"), found.identity());
  }

  private static String sha256(Tensor values) {
    float[] floats = values.toFloats();
    ByteBuffer bytes = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : floats) {
      bytes.putFloat(value);
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
