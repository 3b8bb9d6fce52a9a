package cadj.cad.generate;

import cadj.models.scheduler.Scheduler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The command that draws a picture again, from the text that the picture carries.
public final class RedrawCommand {
  /// Options by the keyword of their value.
  private static final Map<String, String> OPTIONS = new LinkedHashMap<>();

  static {
    OPTIONS.put("model", "--model");
    OPTIONS.put("config", "--config");
    OPTIONS.put("variant", "--variant");
    OPTIONS.put("unet", "--unet");
    OPTIONS.put("loras", "--lora");
    OPTIONS.put("tokenizer", "--tokenizer");
    OPTIONS.put("embeddings", "--embedding");
    OPTIONS.put("prompt_weights", "--prompt-weights");
    OPTIONS.put("long_prompts", "--long-prompts");
    OPTIONS.put("no_t5", "--no-t5");
    OPTIONS.put("t5_length", "--t5-length");
    OPTIONS.put("prompt", "--prompt");
    OPTIONS.put("negative", "--negative");
    OPTIONS.put("seed", "--seed");
    OPTIONS.put("rng", "--rng");
    OPTIONS.put("width", "--width");
    OPTIONS.put("height", "--height");
    OPTIONS.put("steps", "--steps");
    OPTIONS.put("guidance", "--guidance");
    OPTIONS.put("guidance_rescale", "--guidance-rescale");
    OPTIONS.put("skip_layers", "--skip-layers");
    OPTIONS.put("skip_layer_scale", "--skip-layer-scale");
    OPTIONS.put("skip_layer_start", "--skip-layer-start");
    OPTIONS.put("skip_layer_stop", "--skip-layer-stop");
    OPTIONS.put("scheduler", "--scheduler");
    OPTIONS.put("latents", "--latents");
    OPTIONS.put("patches", "--patch");
  }

  /// Keywords of JSON lists, an option for each entry.
  private static final List<String> LISTS = List.of("patches", "embeddings", "loras");

  /// Keywords without which a picture is not known well enough.
  private static final List<String> NEEDED =
      List.of("model", "prompt", "seed", "width", "height", "steps", "guidance", "scheduler");

  /// Keywords that say nothing of how the picture was drawn.
  private static final List<String> NO_SETTINGS =
      List.of("model_sha256", "patches_sha256", "software", GalleryText.KEY);

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

  private RedrawCommand() {}

  /// A line for a shell, if the text says all that is needed, and nothing that this does not know.
  ///
  /// @param program how the program is called
  /// @param text by keyword
  public static Optional<String> of(String program, Map<String, String> text) {
    boolean known =
        text.keySet().containsAll(NEEDED)
            && text.keySet().stream()
                .allMatch(key -> OPTIONS.containsKey(key) || NO_SETTINGS.contains(key));
    boolean ours =
        known
            && Arrays.stream(Scheduler.Kind.values())
                .anyMatch(kind -> kind.toString().equals(text.get("scheduler")));
    if (!ours) {
      return Optional.empty();
    }
    StringBuilder command = new StringBuilder(program + " generate");
    OPTIONS.forEach(
        (key, option) -> {
          boolean decided =
              text.containsKey("latents") && (key.equals("width") || key.equals("height"));
          if (text.containsKey(key) && !decided) {
            for (String value : values(key, text.get(key))) {
              command.append(' ').append(option).append('=').append(quoted(value));
            }
          }
        });
    return Optional.of(command.append(" --out=again.png").toString());
  }

  private static List<String> values(String key, String text) {
    if (!LISTS.contains(key)) {
      return List.of(text);
    }
    try {
      return List.of(new ObjectMapper().readValue(text, String[].class));
    } catch (JsonProcessingException e) {
      return List.of(text);
    }
  }

  /// For a shell: as it is, in quotes, or with escapes where quotes would leave what a terminal
  /// obeys.
  static String quoted(String value) {
    if (PLAIN.matcher(value).matches()) {
      return value;
    }
    if (value.chars().noneMatch(RedrawCommand::isObeyed)) {
      return "'" + value.replace("'", "'\\''") + "'";
    }
    StringBuilder out = new StringBuilder("$'");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isObeyed(c)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c == '\'' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return out.append('\'').toString();
  }

  private static boolean isObeyed(int c) {
    return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
  }
}
