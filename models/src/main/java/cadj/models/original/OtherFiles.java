package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Files of weights that are no text-to-image model of the families that are built, told by keys
/// that only they have.
final class OtherFiles {
  private static final String CONV_IN = "model.diffusion_model.input_blocks.0.0.weight";

  /// @param key one that such a file has
  /// @param title what it is, and what to do with it
  private record Sign(Pattern key, String title) {}

  private static final List<Sign> SIGNS =
      List.of(
          sign("(control_model|controlnet_cond_embedding)\\..*", "a ControlNet"),
          sign(
              "(?!model\\.diffusion_model\\.)(.*\\.)?joint_blocks\\..*",
              "Stable Diffusion 3's transformer alone, or a part of one"),
          sign("(.*\\.)?double_(blocks|stream_blocks)\\..*", "Flux or one of its kind"),
          sign("edm_(mean|std)", "Playground 2.5, whose noise schedule is another"),
          sign("edm_vpred\\..*", "CosXL, whose noise schedule is another"),
          sign("conditioner\\.embedders\\.0\\.model\\..*", "the refiner of Stable Diffusion XL"),
          sign("embedder\\.model\\..*", "an unCLIP model, which varies pictures"),
          sign(
              "lora_(unet|te\\d?)_.*|.*\\.lora(_linear_layer)?[._](down|up|A|B)\\.weight",
              "a LoRA; give it with --lora, and the model it belongs to with --model"));

  /// What a file without any text encoder may be.
  private static final List<Sign> PARTS =
      List.of(
          sign(
              "(unet\\.)?(down|mid|up)_blocks?\\..*",
              "a UNet under diffusers' names; give it with --unet, and its pipeline with --model"),
          sign("model\\.diffusion_model\\..*", "a UNet alone, without text encoder"),
          sign("(first_stage_model\\.)?(encoder|decoder)\\.(conv_in|mid)\\..*", "a VAE alone"),
          sign("text_model\\..*", "a text encoder alone"));

  private static Sign sign(String key, String title) {
    return new Sign(Pattern.compile(key, Pattern.DOTALL), title);
  }

  private OtherFiles() {}

  /// @throws FileFormatException naming what `file` is, if that is known and not built
  static void refuse(Checkpoint file) {
    for (Sign sign : SIGNS) {
      Optional<String> found = find(file, sign);
      if (found.isPresent() && !isXlBase(file, sign)) {
        throw error(file, found.get(), sign.title);
      }
    }
    if (file.contains(CONV_IN) && file.dims(CONV_IN).size() == 4) {
      long channels = file.dims(CONV_IN).get(1);
      String title =
          channels == 9
              ? "inpainting (9 input channels: latents, mask, masked picture)"
              : channels == 8
                  ? "InstructPix2Pix (8 input channels)"
                  : channels == 7
                      ? "an upscaler (7 input channels)"
                      : channels == 5 ? "depth to image (5 input channels)" : "";
      if (!title.isEmpty()) {
        throw error(file, CONV_IN, title);
      }
    }
  }

  /// Both of XL's models have `embedders.0`, but only the base has `embedders.1.model`.
  private static boolean isXlBase(Checkpoint file, Sign sign) {
    return sign.title.startsWith("the refiner")
        && file.names().stream().anyMatch(key -> key.startsWith("conditioner.embedders.1.model."));
  }

  private static FileFormatException error(Checkpoint file, String key, String title) {
    return new FileFormatException(
        file.path(), key, "Stable Diffusion 1, 2, 3 or XL, text to image", title);
  }

  private static Optional<String> find(Checkpoint file, Sign sign) {
    return file.names().stream().filter(key -> sign.key.matcher(key).matches()).findFirst();
  }

  /// What a file is that has no text encoder's keys.
  static String description(Checkpoint file) {
    return PARTS.stream()
        .filter(sign -> find(file, sign).isPresent())
        .map(Sign::title)
        .findFirst()
        .orElseGet(
            () ->
                "tensors of other names, such as "
                    + FileFormatException.quote(
                        file.names().stream().findFirst().orElse("(none at all)")));
  }
}
