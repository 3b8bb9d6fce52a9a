package cadj.models.files;

import cadj.models.vae.VaeConfig;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The pipelines that are read: the parts that a folder of each has in diffusers' layout, and the
/// classes that are built of them.
public enum Pipeline {
  STABLE_DIFFUSION("StableDiffusionPipeline", UNetPart.NAME, text("", "CLIPTextModel", "CLIP")),
  STABLE_DIFFUSION_XL(
      "StableDiffusionXLPipeline",
      UNetPart.NAME,
      text("", "CLIPTextModel", "CLIP"),
      text("_2", "CLIPTextModelWithProjection", "CLIP")),
  STABLE_DIFFUSION_3(
      "StableDiffusion3Pipeline",
      SD3TransformerPart.NAME,
      text("", "CLIPTextModelWithProjection", "CLIP"),
      text("_2", "CLIPTextModelWithProjection", "CLIP"),
      text("_3", "T5EncoderModel", "T5"));

  /// Stable Diffusion 3's third text encoder.
  public static final String T5 = "text_encoder_3";

  /// The key of `model_index.json` with the pipeline's class.
  static final String CLASS = "_class_name";

  private final String className;
  private final String denoiser;

  @SuppressWarnings("ImmutableEnumChecker") // List.of, of records
  private final List<Text> texts;

  Pipeline(String className, String denoiser, Text... texts) {
    this.className = className;
    this.denoiser = denoiser;
    this.texts = List.of(texts);
  }

  /// A text encoder with its tokenizer.
  ///
  /// @param encoder the part's name
  private record Text(
      String encoder, String encoderClass, String tokenizer, String tokenizerClass) {}

  private static Text text(String number, String encoderClass, String tokenizer) {
    return new Text(
        "text_encoder" + number, encoderClass, "tokenizer" + number, tokenizer + "Tokenizer");
  }

  /// The pipeline that `model_index.json` names.
  static Pipeline of(JsonObject index) {
    String found = index.string(CLASS);
    for (Pipeline pipeline : values()) {
      if (pipeline.className.equals(found)) {
        return pipeline;
      }
    }
    throw index.error(
        CLASS,
        String.join(" or ", Stream.of(values()).map(one -> one.className).toList()),
        FileFormatException.quote(found));
  }

  /// The one whose parts with weights are `parts`.
  static Pipeline ofWeights(List<String> parts) {
    for (Pipeline pipeline : values()) {
      List<String> own = new ArrayList<>(pipeline.textEncoders());
      own.add(pipeline.denoiser);
      if (parts.containsAll(own) && parts.size() == own.size() + 1) {
        return pipeline;
      }
    }
    throw new IllegalArgumentException("no pipeline has " + parts);
  }

  /// As `model_index.json` names it.
  String className() {
    return className;
  }

  /// The part that is the denoiser: `unet` or `transformer`.
  public String denoiser() {
    return denoiser;
  }

  /// Whether that is what the denoiser's part of any pipeline is called.
  public static boolean isDenoiser(String part) {
    return DenoiserPart.NAMES.contains(part);
  }

  /// Names of the text encoders, in their order.
  public List<String> textEncoders() {
    return texts.stream().map(Text::encoder).toList();
  }

  /// Names of the text encoders of any pipeline.
  public static List<String> allTextEncoders() {
    return STABLE_DIFFUSION_3.textEncoders();
  }

  /// All parts, in the order of their names, the denoiser and the VAE last.
  public List<String> parts() {
    return Stream.of(
            Stream.of("scheduler"),
            texts.stream().map(Text::encoder),
            texts.stream().map(Text::tokenizer),
            Stream.of(denoiser, "vae"))
        .flatMap(part -> part)
        .toList();
  }

  /// Whether there are no pictures without `part`, which is one of [#parts]. T5 may be absent.
  boolean needs(String part) {
    return !part.equals(T5) && !part.equals("tokenizer_3");
  }

  /// The classes of `part` that are built; empty for one of which nothing is known.
  List<String> classes(String part) {
    if (part.equals(denoiser)) {
      return List.of(DenoiserPart.className(denoiser));
    }
    for (Text text : texts) {
      if (part.equals(text.encoder)) {
        return List.of(text.encoderClass);
      }
      if (part.equals(text.tokenizer)) {
        return List.of(text.tokenizerClass, text.tokenizerClass + "Fast");
      }
    }
    return switch (part) {
      case "vae" -> List.of("AutoencoderKL");
      case "classifier" -> List.of("ResNetClassifier");
      default -> List.of();
    };
  }

  /// What it does with the VAE's latents.
  VaeConfig.Latents latents() {
    return switch (this) {
      case STABLE_DIFFUSION -> VaeConfig.Latents.SCALED;
      case STABLE_DIFFUSION_XL -> VaeConfig.Latents.NORMALIZED;
      case STABLE_DIFFUSION_3 -> VaeConfig.Latents.SHIFTED;
    };
  }

  /// Whether a CLIP text encoder has a projection.
  boolean projects(String textEncoder) {
    return classes(textEncoder).contains("CLIPTextModelWithProjection");
  }
}
