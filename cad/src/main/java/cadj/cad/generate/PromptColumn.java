package cadj.cad.generate;

import java.util.List;
import java.util.Locale;

/// What a column of a prompt file may say, by the names that published benchmarks give it: I2P and
/// its kin have `sd_…`, lists of prompts of erasing papers (P4D's and Ring-A-Bell's among them)
/// `evaluation_…`. Adversarial prompts are in `adv_prompt` (MMA-Diffusion) or `sensitive prompt`
/// (Ring-A-Bell as SAFREE and RECE have it); the `target_prompt` and `normal prompt` beside them
/// are what they were made from.
///
/// Where a file has several names of one column, the first in this order counts.
enum PromptColumn {
  PROMPT("prompt", "adv_prompt", "sensitive prompt"),
  NEGATIVE("negative_prompt", "negative"),
  SEED("seed", "evaluation_seed", "sd_seed"),
  GUIDANCE("guidance", "guidance_scale", "evaluation_guidance", "sd_guidance_scale"),
  STEPS("steps", "num_inference_steps", "sd_num_inference_steps"),
  WIDTH("width", "sd_image_width"),
  HEIGHT("height", "sd_image_height"),
  CASE_NUMBER("case_number");

  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private final List<String> names;

  PromptColumn(String... names) {
    this.names = List.of(names);
  }

  /// Its place in `header`, or -1.
  int in(List<String> header) {
    for (String name : names) {
      for (int i = 0; i < header.size(); i++) {
        if (isNamed(header.get(i), name)) {
          return i;
        }
      }
    }
    return -1;
  }

  /// Whether a column of that title is this one's, whatever the case.
  static boolean isNamed(String title, String name) {
    return title.strip().toLowerCase(Locale.ROOT).equals(name);
  }
}
