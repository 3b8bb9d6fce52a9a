package cadj.cad.generate;

import cadj.models.pipeline.SkipLayers;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import org.jspecify.annotations.Nullable;

/// What one picture is drawn from, beside the model.
///
/// @param negative null for none
/// @param seed of this picture's own generator
/// @param steps of the sampler
/// @param guidance scale of classifier-free guidance
/// @param guidanceRescale how much of the contrast that guidance adds is taken back
/// @param skipLayers skip-layer guidance, or null for none
/// @param width in pixels
/// @param height in pixels
public record PictureSettings(
    String prompt,
    @Nullable String negative,
    long seed,
    Rng rng,
    int steps,
    double guidance,
    double guidanceRescale,
    @Nullable SkipLayers skipLayers,
    Scheduler.Kind scheduler,
    int width,
    int height) {
  TextToImage.Settings sampling() {
    return new TextToImage.Settings(steps, guidance, scheduler, guidanceRescale, skipLayers);
  }
}
