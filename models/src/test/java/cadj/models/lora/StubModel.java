package cadj.models.lora;

import cadj.kernels.device.DType;
import cadj.models.files.ModelSource;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A model of a few weights in memory.
///
/// @param parts weights by part and key
record StubModel(Map<String, SequencedMap<String, Tensor>> parts) implements ModelSource {
  private record Stored(SequencedMap<String, Tensor> tensors) implements Checkpoint {
    @Override
    public Path path() {
      return Path.of("stub");
    }

    @Override
    public Set<String> names() {
      return tensors.keySet();
    }

    private Tensor get(String name) {
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new FileFormatException(path(), name, "this tensor", "none of that name");
      }
      return tensor;
    }

    @Override
    public List<Long> dims(String name) {
      int[] dims = get(name).shape().toArray();
      return java.util.Arrays.stream(dims).mapToObj(d -> (long) d).toList();
    }

    @Override
    public DType dtype(String name) {
      return get(name).dtype();
    }

    @Override
    public Tensor tensor(String name) {
      return get(name).copy();
    }

    @Override
    public SortedSet<Path> files() {
      return new TreeSet<>();
    }

    @Override
    public void close() {}
  }

  @Override
  public String name() {
    return "stub";
  }

  @Override
  public Path path() {
    return Path.of("stub");
  }

  @Override
  public JsonObject index() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean has(String part) {
    return parts.containsKey(part);
  }

  @Override
  public JsonObject config(String part) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Checkpoint weights(String part) {
    return new Stored(parts.get(part));
  }

  @Override
  public Path tokenizer(String part) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedSet<Path> settings(String part) {
    return new TreeSet<>();
  }
}
