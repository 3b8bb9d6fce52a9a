package cadj.models.lora;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.WeightFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A LoRA file, open: its tensors by module.
final class LoraFile implements AutoCloseable {
  /// Where diffusers keeps peft's configurations: metadata of the file.
  private static final String METADATA = "lora_adapter_metadata";

  /// Where peft keeps its own: a file beside.
  private static final String BESIDE = "adapter_config.json";

  private static final String PEFT_STEM = "adapter_model.";

  /// What trainers call the file in a folder.
  private static final List<String> NAMES =
      List.of("pytorch_lora_weights.safetensors", PEFT_STEM + "safetensors");

  private final Checkpoint tensors;
  private final @Nullable JsonObject ofAllParts;
  private final @Nullable JsonObject ofOnePart;

  private LoraFile(Checkpoint tensors) {
    this.tensors = tensors;
    this.ofAllParts = metadata(tensors);
    this.ofOnePart = ofAllParts == null ? beside(tensors.path()) : null;
  }

  private static @Nullable JsonObject beside(Path file) {
    Path config = file.resolveSibling(BESIDE);
    boolean ofPeft = String.valueOf(file.getFileName()).startsWith(PEFT_STEM);
    return ofPeft && Files.exists(config) ? JsonFile.read(config) : null;
  }

  /// Opens a file, or the one of a trainer's folder.
  static LoraFile open(Path path) {
    Checkpoint tensors = WeightFiles.open(file(path));
    try {
      return new LoraFile(tensors);
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  /// The file at `path`, or in the folder there.
  static Path file(Path path) {
    if (!Files.isDirectory(path)) {
      return path;
    }
    return NAMES.stream()
        .map(path::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new FileFormatException(
                    path, "", "a LoRA file, or " + String.join(" or ", NAMES), "neither"));
  }

  private static @Nullable JsonObject metadata(Checkpoint tensors) {
    String json = tensors.metadata().get(METADATA);
    return json == null
        ? null
        : JsonFile.parse(tensors.path(), StandardCharsets.UTF_8.encode(json));
  }

  /// One module's tensors, by key.
  ///
  /// @param part as the keys say it, or null
  /// @param module as the keys name it
  /// @param alpha null if there is none
  record Module(
      @Nullable String part, String module, String down, String up, @Nullable String alpha) {}

  Checkpoint tensors() {
    return tensors;
  }

  /// All modules, in the file's order.
  ///
  /// @throws FileFormatException at a key that is none of a LoRA's, or a module of which `down` or
  ///   `up` is missing
  List<Module> modules() {
    for (String key : tensors.names()) {
      Optional<OtherForm> other = OtherForm.of(key);
      if (other.isPresent()) {
        throw error(
            key, "a LoRA (lora_down and lora_up, or lora_A and lora_B)", other.get().name());
      }
    }
    Map<LoraKey, Map<LoraKey.Role, String>> byModule = new LinkedHashMap<>();
    for (String key : tensors.names()) {
      LoraKey parsed =
          LoraKey.of(key)
              .orElseThrow(() -> error(key, "the name of a LoRA's tensor", "a name that is none"));
      LoraKey module = new LoraKey(parsed.part(), parsed.module(), LoraKey.Role.DOWN);
      String before =
          byModule
              .computeIfAbsent(module, m -> new EnumMap<>(LoraKey.Role.class))
              .put(parsed.role(), key);
      if (before != null) {
        throw error(key, "each tensor of a module once", before + " too");
      }
    }
    List<Module> out = new ArrayList<>();
    byModule.forEach((name, keys) -> out.add(module(name, keys)));
    return out;
  }

  private Module module(LoraKey name, Map<LoraKey.Role, String> keys) {
    String down = keys.get(LoraKey.Role.DOWN);
    String up = keys.get(LoraKey.Role.UP);
    if (down == null || up == null) {
      throw error(
          keys.values().iterator().next(),
          "lora_down and lora_up (or lora_A and lora_B) of the module",
          down == null && up == null ? "neither" : "only one of them");
    }
    return new Module(name.part(), name.module(), down, up, keys.get(LoraKey.Role.ALPHA));
  }

  /// What a module's product is multiplied with: alpha/rank, 1 where nothing says alpha.
  ///
  /// @param part of the model that the module is of
  /// @param dotted the module's name in that part
  double scaling(Module module, String part, String dotted, int rank) {
    AdapterConfig config = config(part);
    if (module.alpha == null) {
      return config == null ? 1 : config.scaling(dotted, rank);
    }
    if (config != null) {
      throw config.twice(module.alpha);
    }
    if (tensors.shape(module.alpha).elements() != 1) {
      throw error(module.alpha, "one number", "shape " + tensors.shape(module.alpha));
    }
    double alpha = tensors.tensor(module.alpha).toDoubles()[0];
    if (!Double.isFinite(alpha)) {
      throw error(module.alpha, "a finite number", Double.toString(alpha));
    }
    return alpha / rank;
  }

  private @Nullable AdapterConfig config(String part) {
    if (ofOnePart != null) {
      return new AdapterConfig(ofOnePart, "");
    }
    if (ofAllParts == null) {
      return null;
    }
    AdapterConfig config = new AdapterConfig(ofAllParts, part + ".");
    return config.isEmpty() ? null : config;
  }

  FileFormatException error(String key, String expected, String found) {
    return new FileFormatException(tensors.path(), key, expected, found);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
