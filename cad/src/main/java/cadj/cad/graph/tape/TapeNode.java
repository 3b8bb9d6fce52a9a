package cadj.cad.graph.tape;

import cadj.cad.graph.Preview;
import cadj.tensor.shape.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value of a tape: a leaf, or the result of an operation, or of several drawn as one.
///
/// @param kind what it is
/// @param name of a leaf its name, of an operation PyTorch's name for it
/// @param module key of the module in which it ran; empty for none
/// @param inputs numbers of the nodes that it reads, in its order
/// @param operations how many operations it stands for; 0 for a leaf
/// @param value what came out
/// @param gradient of J by it, or null where J does not depend on it or nobody asked
public record TapeNode(
    Kind kind,
    String name,
    String module,
    List<Integer> inputs,
    int operations,
    Preview value,
    @Nullable Preview gradient) {
  /// What a node is.
  public enum Kind {
    /// A parameter, or another watched value.
    LEAF,
    /// A value that was computed elsewhere, or a constant.
    INPUT,
    OPERATION,
    /// All operations of one call of a module.
    MODULE
  }

  public Shape shape() {
    return value.shape();
  }

  /// The name, without the key of the module that is drawn.
  String shortName(String within) {
    return kind == Kind.LEAF ? below(name, within) : name;
  }

  /// What of a key is below `within`; nothing of that itself.
  static String below(String key, String within) {
    if (key.equals(within)) {
      return "";
    }
    boolean isBelow = !within.isEmpty() && key.startsWith(within + ".");
    return isBelow ? key.substring(within.length() + 1) : key;
  }

  TapeNode with(@Nullable Preview other) {
    return new TapeNode(kind, name, module, inputs, operations, value, other);
  }
}
