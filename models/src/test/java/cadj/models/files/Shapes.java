package cadj.models.files;

import static java.util.Objects.requireNonNull;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A checkpoint of zeros that take no memory: what counts is names and shapes.
record Shapes(Map<String, List<Long>> sizes) implements Checkpoint {
  static Shapes of(Map<String, Shape> shapes) {
    Map<String, List<Long>> sizes = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            sizes.put(name, Arrays.stream(shape.toArray()).mapToObj(Long::valueOf).toList()));
    return new Shapes(sizes);
  }

  @Override
  public Path path() {
    return Path.of("shapes.safetensors");
  }

  @Override
  public Set<String> names() {
    return sizes.keySet();
  }

  @Override
  public List<Long> dims(String name) {
    return requireNonNull(sizes.get(name), name);
  }

  @Override
  public DType dtype(String name) {
    return DType.F32;
  }

  @Override
  public Tensor tensor(String name) {
    return Tensor.scalar(0).expand(shape(name));
  }

  @Override
  public SortedSet<Path> files() {
    return new TreeSet<>(Set.of(path()));
  }

  @Override
  public void close() {
    // nothing is open
  }
}
