package cadj.models.convert;

import cadj.kernels.device.DType;
import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.original.Family;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.AtomicFile;
import cadj.tensor.json.JsonText;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Writes a model's pipeline in another form. Tensors are read, rounded and written one by one;
/// what is written appears under its name once it is complete.
public final class Conversion {
  private static final String SCHEDULER = "scheduler";

  /// Names of its weights file in each part's folder, as the libraries write it.
  private static final String DIFFUSERS_WEIGHTS = "diffusion_pytorch_model.safetensors";

  private static final String TRANSFORMERS_WEIGHTS = "model.safetensors";

  /// What transformers calls the type of a model's weights, today and before.
  private static final List<String> DTYPE_KEYS = List.of("dtype", "torch_dtype");

  private final ModelFiles model;
  private final StoredAs dtype;
  private final Progress progress;
  private final Narrowing narrowing = new Narrowing();
  private final List<String> notes = new ArrayList<>();
  private long total;
  private long done;

  /// Called after each tensor.
  @FunctionalInterface
  public interface Progress {
    Progress NONE = (done, total) -> {};

    /// @param done bytes read of `total`, as they are stored
    void step(long done, long total);
  }

  public Conversion(ModelFiles model, StoredAs dtype, Progress progress) {
    this.model = model;
    this.dtype = dtype;
    this.progress = progress;
  }

  /// Writes a folder in diffusers' layout, which must not exist yet.
  ///
  /// @return what a user may want to know, a line each
  public List<String> toFolder(Path folder) {
    AtomicFile.deleteUnfinished(folder);
    total = parts().stream().mapToLong(this::bytes).sum();
    AtomicFile.writeFolder(
        folder,
        fresh -> {
          JsonText.write(fresh.resolve("model_index.json"), index());
          for (String part : parts()) {
            Path to = fresh.resolve(part);
            JsonText.write(to.resolve("config.json"), config(part));
            try (Checkpoint weights = model.parameters(part)) {
              write(to.resolve(weightsName(part)), weights);
            }
          }
          for (String tokenizer : tokenizers()) {
            TokenizerFiles.copy(model.source().tokenizer(tokenizer), fresh.resolve(tokenizer));
          }
          JsonText.write(
              fresh.resolve(SCHEDULER).resolve("scheduler_config.json"),
              model.config(SCHEDULER).values());
        });
    return notes();
  }

  /// Writes one file in the original layout.
  ///
  /// @return what a user may want to know, a line each
  public List<String> toFile(Path file) {
    AtomicFile.deleteUnfinished(file);
    Family family = family();
    Map<String, Checkpoint> weights = new LinkedHashMap<>();
    try {
      for (String part : family.parts()) {
        if (!part.equals(Pipeline.T5) || model.isPart(part)) {
          weights.put(part, model.parameters(part));
        }
      }
      Checkpoint all = family.inOneFile(weights);
      total = all.names().stream().mapToLong(key -> bytes(all, key)).sum();
      write(file, all);
    } finally {
      weights.values().forEach(Checkpoint::close);
    }
    notes.addAll(Undescribed.of(model, file));
    return notes();
  }

  /// OpenCLIP's text encoders have the exact GELU, OpenAI's an approximation.
  private Family family() {
    return switch (model.pipeline()) {
      case STABLE_DIFFUSION ->
          model.config("text_encoder").stringOr("hidden_act", "quick_gelu").equals("gelu")
              ? Family.SD2
              : Family.SD1;
      case STABLE_DIFFUSION_XL -> Family.SDXL;
      case STABLE_DIFFUSION_3 -> Family.SD3;
    };
  }

  private List<String> parts() {
    return model.pipeline().parts().stream()
        .filter(part -> ModelFiles.WITH_WEIGHTS.contains(part) && model.isPart(part))
        .toList();
  }

  private List<String> tokenizers() {
    return model.pipeline().parts().stream()
        .filter(part -> part.startsWith("tokenizer") && model.has(part))
        .toList();
  }

  private static String weightsName(String part) {
    return part.startsWith("text") ? TRANSFORMERS_WEIGHTS : DIFFUSERS_WEIGHTS;
  }

  // ---- weights

  private long bytes(String part) {
    try (Checkpoint weights = model.parameters(part)) {
      return weights.names().stream().mapToLong(key -> bytes(weights, key)).sum();
    }
  }

  private static long bytes(Checkpoint weights, String key) {
    return (long) weights.shape(key).elements() * weights.dtype(key).bytes();
  }

  private void write(Path file, Checkpoint weights) {
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
    for (String key : weights.names()) {
      DType stored = dtype.of(weights.dtype(key));
      writer.add(key, stored, weights.shape(key), () -> read(weights, key, stored));
    }
    writer.write(file);
  }

  private Tensor read(Checkpoint weights, String key, DType stored) {
    Tensor tensor = narrowing.check(weights.path(), key, weights.tensor(key), stored);
    done += bytes(weights, key);
    progress.step(done, total);
    return tensor;
  }

  // ---- the other files

  /// The index, without parts that are not written.
  private SequencedMap<String, @Nullable Object> index() {
    SequencedMap<String, @Nullable Object> index = model.index().values();
    List<String> written = new ArrayList<>(parts());
    written.addAll(tokenizers());
    written.add(SCHEDULER);
    List<String> left = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, @Nullable Object> entry : index.entrySet()) {
      if (entry.getValue() instanceof List<?> part
          && !written.contains(entry.getKey())
          && part.stream().anyMatch(name -> name != null)) {
        (model.pipeline().parts().contains(entry.getKey()) ? missing : left).add(entry.getKey());
        entry.setValue(Arrays.asList(null, null));
      }
    }
    if (left.contains("safety_checker")) {
      index.put("requires_safety_checker", false);
    }
    if (!left.isEmpty()) {
      notes.add("left out, since cadj does not read it: " + String.join(", ", left));
    }
    if (!missing.isEmpty()) {
      notes.add("left out, since the model does not have it: " + String.join(", ", missing));
    }
    return index;
  }

  private SequencedMap<String, @Nullable Object> config(String part) {
    SequencedMap<String, @Nullable Object> config = model.config(part).values();
    for (String key : DTYPE_KEYS) {
      if (config.containsKey(key) && dtype != StoredAs.AS_IS) {
        config.put(key, dtype.torchName());
      }
    }
    return config;
  }

  private List<String> notes() {
    if (!narrowing.note().isEmpty()) {
      notes.add(narrowing.note());
    }
    return List.copyOf(notes);
  }
}
