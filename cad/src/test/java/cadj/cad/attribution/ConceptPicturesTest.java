package cadj.cad.attribution;

import static cadj.cad.attribution.Runs.PIPELINE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.autograd.ops.Affine;
import cadj.autograd.ops.Clamp;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pictures that the model draws for amplifying: by which sampler, and how they become latents.
class ConceptPicturesTest {
  private static final List<String> PROMPTS = List.of("bag", "a coat");
  private static final List<String> TURNS = List.of("bag", "a coat", "bag");
  private static final int SEED = 11;
  private static final Settings FEW = new Settings(3, 2, Scheduler.Kind.DDIM);

  @Test
  void correctedOnesAreDrawnAsAskedAndEncodedLikeRealOnes() {
    Tensor expected = ConceptPictures.real(PIPELINE, pictures(FEW), SEED);
    assertArrayEquals(expected.toFloats(), generated(Mode.CORRECTED).toFloats());
  }

  /// The reference's sampler, its range of pixels and its unscaled latents, whatever is asked for.
  @Test
  void referenceOnesAreThePublishedCodes() {
    Tensor unit = Affine.affine(pictures(new Settings(50, 7.5, Scheduler.Kind.PNDM)), 0.5f, 0.5f);
    Tensor noise = noise(SEED + 1);
    Tensor expected = PIPELINE.vae().encode(unit).sample(noise);
    assertArrayEquals(expected.toFloats(), generated(Mode.REFERENCE).toFloats());
  }

  @Test
  void realOnesAreScaledSamplesOfTheEncodersPosterior() {
    Tensor pictures = pictures(FEW);
    Tensor sample = PIPELINE.vae().encode(pictures).sample(noise(SEED + 1));
    float factor = (float) PIPELINE.vae().config().scalingFactor();
    assertArrayEquals(
        Affine.scale(sample, factor).toFloats(),
        ConceptPictures.real(PIPELINE, pictures, SEED).toFloats());
  }

  private static Tensor generated(Mode mode) {
    AttributionSettings settings =
        new AttributionSettings(
            "bag",
            PROMPTS,
            "",
            ObjectiveKind.AMPLIFY,
            mode,
            new FirstOrder(),
            new ScoredSteps(FEW.scheduler(), FEW.steps(), 1),
            1,
            FEW.guidance(),
            SEED,
            List.of(Sites.FF));
    return ConceptPictures.generated(PIPELINE, settings, TURNS.size(), Progress.NONE);
  }

  private static Tensor pictures(Settings settings) {
    Tensor drawn = PIPELINE.draw(TURNS, null, noise(SEED), settings, Noise.NONE, Progress.NONE);
    return Clamp.clamp(drawn, -1, 1);
  }

  private static Tensor noise(long seed) {
    return TextToImage.noise(PIPELINE.latentShape(TURNS.size()), new TorchGenerator(seed));
  }
}
