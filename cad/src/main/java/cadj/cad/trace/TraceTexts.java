package cadj.cad.trace;

import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.shape.Shape;
import java.util.Collections;

/// Conditioning inputs of B samples, all of one length [B,S,width].
///
/// @param concept of the prompt that asks for it
/// @param corrupted of the same, the concept taken out
/// @param base of the base prompt
/// @param negative what guidance leads away from: the empty prompt, or what the model has for it
record TraceTexts(
    Conditioning concept, Conditioning corrupted, Conditioning base, Conditioning negative) {
  /// @param first number of the first sample
  static TraceTexts of(TextToImage pipeline, TraceSettings settings, int first, int count) {
    Shape latents = pipeline.latentShape(count);
    int factor = pipeline.vae().config().downsampleFactor();
    int height = latents.dim(2) * factor;
    int width = latents.dim(3) * factor;
    TextEncoder text = pipeline.text();
    Conditioning prompt = text.encode(Collections.nCopies(count, settings.prompt()), height, width);
    Conditioning base = text.encode(Collections.nCopies(count, settings.base()), height, width);
    Conditioning noised = settings.corruption().encode(text, settings, first, count, height, width);
    Conditioning concept = text.lengthened(prompt, base);
    return new TraceTexts(
        concept,
        text.lengthened(noised, concept),
        text.lengthened(base, concept),
        text.encodeNegative(null, concept, height, width));
  }

  /// The text of the runs that rows of a procedure begin from.
  Conditioning before(Procedure procedure) {
    return switch (procedure) {
      case RESTORE -> corrupted;
      case SWAP -> concept;
    };
  }

  /// The text of what a prediction is compared with: it has nothing of the concept.
  Conditioning without(Procedure procedure) {
    return switch (procedure) {
      case RESTORE -> corrupted;
      case SWAP -> base;
    };
  }
}
