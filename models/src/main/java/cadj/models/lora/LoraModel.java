package cadj.models.lora;

import cadj.models.files.ChangedSource;
import cadj.models.files.ModelSource;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A model with LoRAs merged into its denoiser and text encoders. All files are checked when it is
/// made; weights are changed when they are read.
public final class LoraModel extends ChangedSource {
  /// The parts that a LoRA can change.
  private static final List<String> PARTS =
      List.of("unet", "transformer", "text_encoder", "text_encoder_2");

  private final List<Resolved> loras;

  /// A LoRA whose modules are found in the model.
  ///
  /// @param deltas by part, then by the weight's key
  private record Resolved(Lora lora, Map<String, SequencedMap<String, Delta>> deltas) {}

  private LoraModel(ModelSource model, List<Resolved> loras) {
    super(model);
    this.loras = loras;
  }

  /// `model` with `loras` merged in their order.
  ///
  /// @throws FileFormatException if a file is no LoRA that is merged here, or changes a module that
  ///   the model does not have
  public static LoraModel of(ModelSource model, List<Lora> loras) {
    Map<String, Checkpoint> weights = new LinkedHashMap<>();
    try {
      Map<String, ModuleNames> names = new LinkedHashMap<>();
      for (String part : PARTS) {
        if (model.has(part)) {
          weights.put(part, model.weights(part));
          names.put(part, ModuleNames.of(part, weights.get(part)));
        }
      }
      List<Resolved> resolved = new ArrayList<>();
      for (Lora lora : loras) {
        try (LoraFile file = LoraFile.open(lora.file())) {
          resolved.add(new Resolved(lora, deltas(file, lora.scale(), names, weights)));
        }
      }
      return new LoraModel(model, resolved);
    } finally {
      weights.values().forEach(Checkpoint::close);
    }
  }

  private static Map<String, SequencedMap<String, Delta>> deltas(
      LoraFile file,
      double scale,
      Map<String, ModuleNames> names,
      Map<String, Checkpoint> weights) {
    Map<String, SequencedMap<String, Delta>> out = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    for (LoraFile.Module module : file.modules()) {
      Found found = find(file, module, names);
      if (found == null) {
        unknown.add(module.down());
        continue;
      }
      Delta delta =
          Delta.of(
              file,
              module,
              found.part,
              found.module.name(),
              weights.get(found.part).shape(found.module.key()),
              scale);
      Delta before =
          out.computeIfAbsent(found.part, p -> new LinkedHashMap<>())
              .put(found.module.key(), delta);
      if (before != null) {
        throw file.error(module.down(), "each module once", before.down() + " too");
      }
    }
    if (!unknown.isEmpty()) {
      throw file.error(
          unknown.getFirst(),
          "a linear layer or convolution of this model (%s)"
              .formatted(String.join(", ", names.keySet())),
          "none of that name"
              + (unknown.size() == 1 ? "" : ", nor of %d more".formatted(unknown.size() - 1)));
    }
    return out;
  }

  /// A module of the model.
  private record Found(String part, ModuleNames.Module module) {}

  private static @Nullable Found find(
      LoraFile file, LoraFile.Module wanted, Map<String, ModuleNames> names) {
    Found found = null;
    for (Map.Entry<String, ModuleNames> part : names.entrySet()) {
      if (wanted.part() == null || wanted.part().equals(part.getKey())) {
        ModuleNames.Module module = part.getValue().find(wanted.module());
        if (module != null && found != null) {
          throw file.error(
              wanted.down(),
              "a name that says of which part",
              "a module of both %s and %s".formatted(found.part, part.getKey()));
        }
        found = module == null ? found : new Found(part.getKey(), module);
      }
    }
    return found;
  }

  /// What was merged of a LoRA.
  ///
  /// @param modules how many, by part
  public record Merged(Lora lora, SequencedMap<String, Integer> modules) {
    @Override
    public String toString() {
      return lora
          + ": merged into "
          + modules.entrySet().stream()
              .map(part -> count(part.getValue()) + part.getKey())
              .collect(Collectors.joining(", "));
    }
  }

  private static String count(int modules) {
    return modules == 1 ? "1 module of " : "%,d modules of ".formatted(modules);
  }

  /// In the order in which they are merged.
  public List<Merged> merged() {
    return loras.stream()
        .map(
            its -> {
              SequencedMap<String, Integer> modules = new LinkedHashMap<>();
              for (String part : PARTS) {
                if (its.deltas.containsKey(part)) {
                  modules.put(part, its.deltas.get(part).size());
                }
              }
              return new Merged(its.lora, modules);
            })
        .toList();
  }

  @Override
  public Checkpoint weights(String part) {
    Map<String, List<LoraCheckpoint.Change>> changes = new LinkedHashMap<>();
    List<LoraFile> files = new ArrayList<>();
    boolean complete = false;
    try {
      for (Resolved its : loras) {
        SequencedMap<String, Delta> deltas = its.deltas.get(part);
        if (deltas != null) {
          LoraFile file = LoraFile.open(its.lora.file());
          files.add(file);
          deltas.forEach(
              (key, delta) ->
                  changes
                      .computeIfAbsent(key, k -> new ArrayList<>())
                      .add(new LoraCheckpoint.Change(delta, file)));
        }
      }
      Checkpoint stored = model.weights(part);
      complete = true;
      return files.isEmpty() ? stored : new LoraCheckpoint(stored, changes, files);
    } finally {
      if (!complete) {
        files.forEach(LoraFile::close);
      }
    }
  }

  @Override
  public List<String> loras() {
    List<String> out = new ArrayList<>(model.loras());
    loras.forEach(its -> out.add(its.lora.toString()));
    return out;
  }

  /// Each LoRA of the part by content and scale.
  @Override
  public List<String> changes(String part) {
    List<String> out = new ArrayList<>(model.changes(part));
    for (Resolved its : loras) {
      if (its.deltas.containsKey(part)) {
        String content = new Sha256().add(LoraFile.file(its.lora.file())).hex();
        out.add("lora %s %s".formatted(content, its.lora.scale()));
      }
    }
    return out;
  }
}
