package cadj.autograd.nn;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A state dict under a prefix: where a module takes its parameters from.
///
/// ```java
/// conv1 = new Conv2d(w.at("conv1"), inChannels, outChannels, 3, Window.same(1));
/// ```
///
/// The tree is backed by a [Source], a checkpoint or an initialiser. What is taken is noted in
/// order, so a model built from a tree knows its [#parameters] by full key, in the order of its
/// modules.
public final class Weights {
  private final Source source;
  private final String prefix;
  private final SequencedMap<String, Tensor> taken;
  private final SequencedMap<String, Tensor> buffers;

  /// Gives the tensor of a full key, or throws an error that names it.
  @FunctionalInterface
  public interface Source {
    Tensor tensor(String key, Shape shape);

    /// Several of one shape that are used together, which may so be laid one behind the other.
    default List<Tensor> row(List<String> keys, Shape shape) {
      return keys.stream().map(key -> tensor(key, shape)).toList();
    }
  }

  private Weights(
      Source source,
      String prefix,
      SequencedMap<String, Tensor> taken,
      SequencedMap<String, Tensor> buffers) {
    this.source = source;
    this.prefix = prefix;
    this.taken = taken;
    this.buffers = buffers;
  }

  /// The root of a tree.
  public static Weights of(Source source) {
    return new Weights(source, "", new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /// A tree of exactly these tensors.
  public static Weights of(Map<String, Tensor> tensors) {
    return of(
        (key, shape) -> {
          Tensor found = tensors.get(key);
          if (found == null || !found.shape().equals(shape)) {
            throw new IllegalArgumentException(
                "%s: expected %s, found %s"
                    .formatted(key, shape, found == null ? "nothing" : found.shape()));
          }
          return found;
        });
  }

  /// Those of the child module `child`, which may contain dots.
  public Weights at(String child) {
    return new Weights(source, prefix + child + ".", taken, buffers);
  }

  /// Those of the `index`-th module of a list.
  public Weights at(int index) {
    return at(Integer.toString(index));
  }

  /// The module's own parameter `name`, which must have this shape.
  public Tensor get(String name, int... dims) {
    String key = prefix + name;
    Tensor tensor = source.tensor(key, Shape.of(dims));
    taken.put(key, tensor);
    return tensor;
  }

  /// The parameter `name` of each of `children`, all of this shape and used together.
  public List<Tensor> getRow(List<String> children, String name, int... dims) {
    List<String> keys = children.stream().map(child -> prefix + child + "." + name).toList();
    List<Tensor> tensors = source.row(keys, Shape.of(dims));
    for (int i = 0; i < keys.size(); i++) {
      taken.put(keys.get(i), tensors.get(i));
    }
    return tensors;
  }

  /// The module's own tensor `name` of this shape, of constants: stored, but no parameter.
  public Tensor buffer(String name, int... dims) {
    String key = prefix + name;
    Tensor tensor = source.tensor(key, Shape.of(dims));
    buffers.put(key, tensor);
    return tensor;
  }

  /// The module's name: the prefix without the dot at its end.
  public String path() {
    return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
  }

  /// All parameters taken so far from the whole tree, by full key, in order.
  public SequencedMap<String, Tensor> parameters() {
    return Collections.unmodifiableSequencedMap(taken);
  }

  /// All constants taken so far from the whole tree, by full key, in order.
  public SequencedMap<String, Tensor> buffers() {
    return Collections.unmodifiableSequencedMap(buffers);
  }
}
