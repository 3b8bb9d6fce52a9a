package cadj.models.lora;

import cadj.models.original.OriginalNames;
import cadj.tensor.checkpoint.Checkpoint;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The linear layers and convolutions of a part of a model, by every name that LoRA files call
/// them: dotted or flat (with underscores, which cannot be undone by text alone: `to_q`,
/// `proj_in`), by diffusers' names or a UNet's in the original layout, a text encoder's with
/// `text_model.` or without.
final class ModuleNames {
  private static final String TEXT_MODEL = "text_model.";

  private final Map<String, Module> byName = new HashMap<>();

  /// A module that can be changed.
  ///
  /// @param name dotted, in the part
  /// @param key of its weight, as stored
  record Module(String name, String key) {}

  private ModuleNames(Map<String, Module> modules) {
    modules.forEach(
        (name, module) -> {
          add(name, module);
          if (name.startsWith(TEXT_MODEL)) {
            add(name.substring(TEXT_MODEL.length()), module);
          } else if (name.startsWith("encoder.layers.")) {
            add(TEXT_MODEL + name, module);
          }
        });
  }

  /// A UNet's modules by the names of the original layout too.
  private void addOriginal(Checkpoint weights) {
    Function<String, Optional<String>> names = OriginalNames.ofUNet(weights::contains);
    for (Module module : List.copyOf(byName.values())) {
      names.apply(module.key).ifPresent(key -> add(moduleOf(key), module));
    }
  }

  private static String moduleOf(String key) {
    return key.substring(0, key.length() - ".weight".length());
  }

  private void add(String dotted, Module module) {
    byName.put(dotted, module);
    byName.put(dotted.replace('.', '_'), module);
  }

  /// The matrices and kernels of a part, but for embeddings.
  ///
  /// @param weights the part's
  static ModuleNames of(String part, Checkpoint weights) {
    Map<String, Module> modules = new LinkedHashMap<>();
    for (String key : weights.names()) {
      int rank = weights.dims(key).size();
      boolean isWeight = key.endsWith(".weight") && weights.dtype(key).isFloat();
      if (isWeight && (rank == 2 || rank == 4) && !key.contains("embeddings.")) {
        String name = moduleOf(key);
        modules.put(name, new Module(name, key));
      }
    }
    ModuleNames names = new ModuleNames(modules);
    if (part.equals("unet")) {
      names.addOriginal(weights);
    }
    return names;
  }

  /// The module that a LoRA file calls so; null if there is none.
  @Nullable Module find(String name) {
    return byName.get(name);
  }
}
