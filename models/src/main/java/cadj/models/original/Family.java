package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The published models that come as one file in the original layout, and their parts. Which one a
/// file is, is told by its denoiser's blocks or its text encoders.
public enum Family {
  SD1(
      "Stable Diffusion 1",
      768,
      new Part("text_encoder", "cond_stage_model.transformer.", Part.Kind.CLIP)),
  SD2(
      "Stable Diffusion 2",
      1024,
      new Part("text_encoder", "cond_stage_model.model.", Part.Kind.PENULTIMATE_OPEN_CLIP)),
  SDXL(
      "Stable Diffusion XL",
      2048,
      new Part("text_encoder", "conditioner.embedders.0.transformer.", Part.Kind.CLIP),
      new Part("text_encoder_2", "conditioner.embedders.1.model.", Part.Kind.OPEN_CLIP)),
  /// 3 and 3.5, of which there are files without text encoders, or without T5
  SD3(
      "Stable Diffusion 3",
      4096,
      new Part("text_encoder", "text_encoders.clip_l.transformer.", Part.Kind.PROJECTING_CLIP),
      new Part("text_encoder_2", "text_encoders.clip_g.transformer.", Part.Kind.PROJECTING_CLIP),
      new Part("text_encoder_3", "text_encoders.t5xxl.transformer.", Part.Kind.T5));

  /// Layers of Stable Diffusion 2's text encoder in the file; all but the last are used.
  private static final int SD2_LAYERS = 24;

  /// What only Stable Diffusion 3's denoiser has.
  private static final String JOINT_BLOCKS = "model.diffusion_model.joint_blocks.";

  private static final Part UNET = new Part("unet", "model.diffusion_model.", Part.Kind.UNET);
  private static final Part TRANSFORMER =
      new Part("transformer", "model.diffusion_model.", Part.Kind.SD3);
  private static final Part VAE = new Part("vae", "first_stage_model.", Part.Kind.VAE);

  private final String title;
  private final int textWidth;

  @SuppressWarnings("ImmutableEnumChecker") // List.of, of records
  private final List<Part> textEncoders;

  Family(String title, int textWidth, Part... textEncoders) {
    this.title = title;
    this.textWidth = textWidth;
    this.textEncoders = List.of(textEncoders);
  }

  /// The family that `file` is of.
  ///
  /// @throws FileFormatException if it is of none, saying what it seems to be, or lacks a part
  public static Family of(Checkpoint file) {
    OtherFiles.refuse(file);
    Family family =
        Stream.of(SD3, SDXL, SD2, SD1)
            .filter(one -> one.isFamilyOf(file))
            .findFirst()
            .orElseThrow(
                () ->
                    new FileFormatException(
                        file.path(),
                        "",
                        "Stable Diffusion 1, 2, 3 or XL in one file, with cond_stage_model.*,"
                            + " conditioner.* or %s*".formatted(JOINT_BLOCKS),
                        OtherFiles.description(file)));
    for (Part part : family.all()) {
      if (!family.isOptional(part) && !has(file, part)) {
        throw family.missing(file, part, "");
      }
    }
    return family;
  }

  private boolean isFamilyOf(Checkpoint file) {
    return this == SD3
        ? file.names().stream().anyMatch(key -> key.startsWith(JOINT_BLOCKS))
        : has(file, textEncoders.getLast());
  }

  /// Whether there are files without it.
  private boolean isOptional(Part part) {
    return this == SD3 && textEncoders.contains(part);
  }

  private FileFormatException missing(Checkpoint file, Part part, String where) {
    return new FileFormatException(
        file.path(),
        part.prefix() + "*",
        "the %s of %s%s".formatted(part.name(), title, where),
        "no such keys");
  }

  /// The error of a file that lacks a text encoder, which is not elsewhere either.
  public FileFormatException lacks(Checkpoint file, String part) {
    return missing(file, part(part), ", in the file or in a folder given with --config DIR");
  }

  /// Names of the parts that `file`, of this family, holds.
  public List<String> partsIn(Checkpoint file) {
    return all().stream().filter(part -> has(file, part)).map(Part::name).toList();
  }

  private static boolean has(Checkpoint file, Part part) {
    return file.names().stream().anyMatch(key -> key.startsWith(part.prefix()));
  }

  private List<Part> all() {
    Part denoiser = this == SD3 ? TRANSFORMER : UNET;
    return Stream.concat(Stream.of(denoiser, VAE), textEncoders.stream()).toList();
  }

  /// For messages.
  public String title() {
    return title;
  }

  /// Where its published configurations lie, among the resources of this package.
  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Width of the text embeddings of the published models.
  int textWidth() {
    return textWidth;
  }

  /// Names of the parts that have weights, of which a file of 3 may lack the text encoders.
  public List<String> parts() {
    return all().stream().map(Part::name).toList();
  }

  private Part part(String name) {
    return all().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(title + " has no " + name));
  }

  /// The weights of a part of `file`, which they own from now on.
  ///
  /// @param textLayers how many layers the text encoder of Stable Diffusion 2 has if that is known;
  ///   else 0, for one less than the published file has
  public Checkpoint weights(Checkpoint file, String part, int textLayers) {
    boolean opened = false;
    try {
      Checkpoint weights =
          part(part)
              .of(file, inFile -> textLayers > 0 ? textLayers : Math.min(inFile, SD2_LAYERS - 1));
      opened = true;
      return weights;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /// What `file` holds beside the parts, by the first name of the keys, and how many of each.
  public SequencedMap<String, Integer> ignored(Checkpoint file) {
    SequencedMap<String, Integer> out = new TreeMap<>();
    for (String key : file.names()) {
      if (all().stream().noneMatch(part -> key.startsWith(part.prefix()))) {
        out.merge(key.replaceFirst("\\..*", ".*"), 1, Integer::sum);
      }
    }
    return out;
  }

  /// The weights of parts under the keys of one file.
  ///
  /// @param weights of all that a file must have, by part, under the names that the model itself
  ///   has; owned from now on
  public Checkpoint inOneFile(Map<String, Checkpoint> weights) {
    List<Part> written =
        all().stream()
            .filter(part -> !isOptional(part) || weights.containsKey(part.name()))
            .toList();
    return OriginalWeights.of(written, weights);
  }
}
