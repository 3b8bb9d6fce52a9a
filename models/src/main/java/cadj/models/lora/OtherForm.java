package cadj.models.lora;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Adapters that are no LoRA, though their files are called so, and LoRAs of forms that are not
/// read: told by their keys, to be refused by name.
///
/// @param key what tells it
record OtherForm(String name, Pattern key) {
  private static final List<OtherForm> ALL =
      List.of(
          of("DoRA", "\\.dora_scale|\\.lora_magnitude_vector"),
          of("LoHa", "\\.hada_[wt]"),
          of("LoKr", "\\.lokr_[wt]"),
          of("IA3", "\\.on_input|\\.ia3_l"),
          of("OFT", "\\.oft_"),
          of("BOFT", "\\.boft_"),
          of("GLoRA", "\\.[ab][12]\\.weight$"),
          of("LoCon with a Tucker decomposition", "\\.lora_mid\\."),
          of("an embedding's LoRA", "\\.lora_embedding_[AB]"),
          of(
              "a LoRA with biases",
              "\\.lora_(A|B|up|down)(\\.\\w+)?\\.bias$|\\.bias_(values|indices|size)$"),
          of(
              "kohya's form for Stable Diffusion 3, whose queries, keys and values are one layer",
              "^lora_unet_joint_blocks_"),
          of("full differences of weights", "\\.diff(_b)?$"),
          of("differences of norms", "\\.[wb]_norm$"),
          of("a bundled embedding", "^bundle_emb\\."));

  private static OtherForm of(String name, String key) {
    return new OtherForm(name, Pattern.compile(key));
  }

  /// The form that `key` tells, if any.
  static Optional<OtherForm> of(String key) {
    return ALL.stream().filter(form -> form.key.matcher(key).find()).findFirst();
  }
}
