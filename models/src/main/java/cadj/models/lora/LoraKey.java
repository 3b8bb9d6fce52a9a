package cadj.models.lora;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A key of a LoRA file: which part of the model, which module of it, and what of that.
///
/// | written by | key |
/// |---|---|
/// | kohya, LyCORIS | `lora_unet_<flat>.lora_down.weight`, `.lora_up.weight`, `.alpha` |
/// | diffusers | `unet.<module>.lora_A.weight` (`transformer.…`), `.lora_B.weight` |
/// | peft | `base_model.model.<module>.lora_A.weight`, `.lora_B.weight` |
/// | diffusers before | `unet.<module>.lora.down.weight`, `text_encoder.<module>.lora_linear_layer.…` |
/// | diffusers 0.1x | `<attention>.processor.to_q_lora.down.weight`, with or without `unet.` |
///
/// where `<flat>` is a module's name with underscores for dots.
///
/// @param part of the model, or null where the key does not say
/// @param module its name as the key has it, in the model's words or flat
record LoraKey(@Nullable String part, String module, Role role) {
  /// What a tensor is to its module.
  enum Role {
    /// [rank,in], or a convolution's [rank,in,kh,kw].
    DOWN,
    /// [out,rank], or [out,rank,1,1].
    UP,
    /// One number; without it the rank.
    ALPHA
  }

  /// The beginning of a key, and the part that it means. A longer one stands before its beginning.
  private record Prefix(String text, @Nullable String part) {}

  private static final List<Prefix> PREFIXES =
      List.of(
          new Prefix("lora_unet_", "unet"),
          new Prefix("lora_te1_", "text_encoder"),
          new Prefix("lora_te2_", "text_encoder_2"),
          new Prefix("lora_te_", "text_encoder"),
          new Prefix("unet.", "unet"),
          new Prefix("transformer.", "transformer"),
          new Prefix("text_encoder.", "text_encoder"),
          new Prefix("text_encoder_2.", "text_encoder_2"));

  /// What peft puts before the names of a model's modules.
  private static final String PEFT = "base_model.model.";

  private static final String DOWN =
      "\\.lora_down|\\.lora_A(?:\\.\\w+)?|\\.lora\\.down|\\.lora_linear_layer\\.down|_lora\\.down";
  private static final Pattern SUFFIX =
      Pattern.compile(
          "(?<module>.+?)(?:(?<down>%s)\\.weight|(?<up>%s)\\.weight|\\.alpha)"
              .formatted(DOWN, DOWN.replace("down", "up").replace("lora_A", "lora_B")));

  /// An attention's projection as its processor has it.
  private static final Pattern PROCESSOR =
      Pattern.compile("(?<attention>.+?)(?:\\.processor)?\\.to_(?<which>q|k|v|out)(?:_lora)?");

  /// The key taken apart; empty if it is none of a LoRA's.
  static Optional<LoraKey> of(String key) {
    Prefix prefix =
        PREFIXES.stream()
            .filter(p -> key.startsWith(p.text))
            .findFirst()
            .orElse(new Prefix("", null));
    String rest = key.substring(prefix.text.length());
    Matcher match = SUFFIX.matcher(rest.startsWith(PEFT) ? rest.substring(PEFT.length()) : rest);
    if (!match.matches()) {
      return Optional.empty();
    }
    Role role =
        match.group("down") != null ? Role.DOWN : match.group("up") != null ? Role.UP : Role.ALPHA;
    return Optional.of(new LoraKey(prefix.part, module(match.group("module")), role));
  }

  /// The module that an attention processor's projection stands for: `….attn1.to_out.0`, or a text
  /// encoder's `….self_attn.out_proj`.
  private static String module(String written) {
    Matcher match = PROCESSOR.matcher(written);
    if (!match.matches()) {
      return written;
    }
    String attention = match.group("attention");
    String which = match.group("which");
    if (attention.endsWith("self_attn")) {
      return attention + "." + which + "_proj";
    }
    return attention + ".to_" + which + (which.equals("out") ? ".0" : "");
  }
}
