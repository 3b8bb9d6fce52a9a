package cadj.cad.edit;

import cadj.models.files.Pipeline;

/// A parameter of a model by part and name within it: `text_encoder.`, `text_encoder_2.` and so on
/// in front of a name say the part; all others are the denoiser's.
///
/// @param part `unet`, `transformer`, `text_encoder`, …
/// @param name as the part's weights have it
record PartKey(String part, String name) {
  /// @param pipeline the model's
  static PartKey of(Pipeline pipeline, String parameter) {
    for (String part : Pipeline.allTextEncoders()) {
      if (parameter.startsWith(part + ".")) {
        return new PartKey(part, parameter.substring(part.length() + 1));
      }
    }
    return new PartKey(pipeline.denoiser(), parameter);
  }

  /// What [#of] was given.
  String parameter() {
    return Pipeline.isDenoiser(part) ? name : part + "." + name;
  }
}
