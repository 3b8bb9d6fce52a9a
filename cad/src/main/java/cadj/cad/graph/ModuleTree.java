package cadj.cad.graph;

import cadj.kernels.device.DType;
import cadj.models.files.ModelFiles;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A module of a model with all that is in it: the tree that the keys of its checkpoint make.
///
/// A list of modules is no module of its own: its elements are named `resnets.0`, `resnets.1`.
///
/// @param key in the checkpoint; empty for the whole part
/// @param name the last of it: `attentions.0`
/// @param type its class, as far as that is known, else empty
/// @param parameters its own
public record ModuleTree(
    String key, String name, String type, List<Parameter> parameters, List<ModuleTree> children) {
  private static final int NEAREST = 4;

  /// One tensor of the checkpoint, as it is stored.
  ///
  /// @param name its full key
  public record Parameter(String name, Shape shape, DType dtype) {
    public long bytes() {
      return (long) shape.elements() * dtype.bytes();
    }

    /// `weight`
    public String shortName() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  /// The tree of a part.
  ///
  /// @param config the part's `config.json`
  public static ModuleTree of(Checkpoint weights, JsonObject config) {
    Branch root = new Branch(new ModuleClasses(config));
    for (String name : weights.names()) {
      root.add(name.split("\\."), 0, new Parameter(name, weights.shape(name), weights.dtype(name)));
    }
    String type = config.stringOr("_class_name", config.stringOr("model_type", ""));
    return root.module("", "", type);
  }

  /// The tree of a part of a model, of which nothing else is read.
  public static ModuleTree of(ModelFiles files, String part) {
    try (Checkpoint weights = PartRuns.weights(files, part)) {
      return of(weights, files.config(part));
    }
  }

  /// What is under one part of the keys.
  private static final class Branch {
    private final ModuleClasses classes;
    private final List<Parameter> parameters = new ArrayList<>();
    private final SequencedMap<String, Branch> branches = new LinkedHashMap<>();

    Branch(ModuleClasses classes) {
      this.classes = classes;
    }

    void add(String[] names, int at, Parameter parameter) {
      if (at == names.length - 1) {
        parameters.add(parameter);
      } else {
        branches
            .computeIfAbsent(names[at], name -> new Branch(classes))
            .add(names, at + 1, parameter);
      }
    }

    /// Whether all that is in it has a number.
    private boolean isList() {
      return parameters.isEmpty()
          && branches.keySet().stream().allMatch(name -> name.matches("\\d+"));
    }

    ModuleTree module(String key, String name, String type) {
      List<ModuleTree> children = new ArrayList<>();
      branches.forEach((its, branch) -> branch.addTo(children, key, its));
      return new ModuleTree(key, name, type, parameters, children);
    }

    private void addTo(List<ModuleTree> siblings, String parent, String name) {
      if (isList()) {
        branches.forEach((number, branch) -> branch.addTo(siblings, parent, name + "." + number));
        return;
      }
      String key = parent.isEmpty() ? name : parent + "." + name;
      int rank =
          parameters.stream()
              .filter(parameter -> parameter.shortName().equals("weight"))
              .mapToInt(parameter -> parameter.shape.rank())
              .findFirst()
              .orElse(-1);
      siblings.add(module(key, name, classes.of(key, rank)));
    }
  }

  /// This and all below, each before what is in it.
  public Stream<ModuleTree> all() {
    return Stream.concat(Stream.of(this), children.stream().flatMap(ModuleTree::all));
  }

  /// This with the modules of each module in the order in which a run came to them: to the first of
  /// each and what is in it. Modules that it did not come to stand behind, as they did.
  ModuleTree inOrderOf(Observed run) {
    return new ModuleTree(
        key,
        name,
        type,
        parameters,
        children.stream()
            .sorted(Comparator.comparingInt(child -> child.firstOf(run)))
            .map(child -> child.inOrderOf(run))
            .toList());
  }

  private int firstOf(Observed run) {
    return all().mapToInt(module -> run.order(module.key)).min().orElseThrow();
  }

  /// The module at `key`, or null.
  public @Nullable ModuleTree find(String key) {
    return all().filter(module -> module.key.equals(key)).findFirst().orElse(null);
  }

  /// The module at `key` within the part.
  ///
  /// @param expected what the key is for, such as `--module: expected a module of unet`
  /// @throws IllegalArgumentException naming keys like it, if there is no such module
  public ModuleTree require(String key, String expected) {
    ModuleTree found = key.isEmpty() ? null : find(key);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s, such as %s, got %s".formatted(expected, String.join(", ", keysLike(key)), key));
    }
    return found;
  }

  /// A few keys that begin like `key`, most alike first.
  private List<String> keysLike(String key) {
    return all()
        .map(ModuleTree::key)
        .filter(it -> !it.isEmpty())
        .sorted(Comparator.comparingInt((String it) -> -common(it, key)))
        .limit(NEAREST)
        .toList();
  }

  /// Length of the beginning that both share.
  private static int common(String a, String b) {
    int n = 0;
    while (n < Math.min(a.length(), b.length()) && a.charAt(n) == b.charAt(n)) {
      n++;
    }
    return n;
  }

  /// Its parameters and those of all below.
  public Stream<Parameter> allParameters() {
    return all().flatMap(module -> module.parameters.stream());
  }

  /// How many weights.
  public long weights() {
    return allParameters().mapToLong(parameter -> parameter.shape.elements()).sum();
  }

  /// What they take as they are stored.
  public long bytes() {
    return allParameters().mapToLong(Parameter::bytes).sum();
  }
}
