package cadj.cad.edit;

import java.util.List;

/// A parameter of a model by part and name within it: `text_encoder.` and `text_encoder_2.` in
/// front of a name say the part; all others are the denoiser's.
///
/// @param part `unet`, …
/// @param name as the part's weights have it
record PartKey(String part, String name) {
  private static final String DENOISER = "unet";
  private static final List<String> TEXT_ENCODERS = List.of("text_encoder", "text_encoder_2");

  static PartKey of(String parameter) {
    for (String part : TEXT_ENCODERS) {
      if (parameter.startsWith(part + ".")) {
        return new PartKey(part, parameter.substring(part.length() + 1));
      }
    }
    return new PartKey(DENOISER, parameter);
  }

  /// What [#of] was given.
  String parameter() {
    return part.equals(DENOISER) ? name : part + "." + name;
  }
}
