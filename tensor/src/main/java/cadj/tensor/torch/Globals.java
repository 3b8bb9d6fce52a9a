package cadj.tensor.torch;

import cadj.kernels.device.DType;
import cadj.tensor.torch.PickleValue.Dictionary;
import cadj.tensor.torch.PickleValue.Global;
import cadj.tensor.torch.PickleValue.Opaque;
import cadj.tensor.torch.PickleValue.Sequence;
import cadj.tensor.torch.PickleValue.Whole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The classes and functions that a pickle may name, and what a call of each means here. A pickle
/// that names another is refused by that name; none is ever executed.
final class Globals {
  /// What a global is for.
  enum Use {
    /// Called without arguments or with pairs: a dictionary.
    DICTIONARY,
    /// A module that is nothing but its parameters: a dictionary, once it has its state.
    PARAMETERS,
    /// Called with one sequence, or none: that sequence.
    SEQUENCE,
    /// The class of a storage.
    STORAGE,
    /// Called with storage, offset, sizes, strides (and what only training reads): a tensor.
    TENSOR,
    /// Called with a tensor (and what only training reads): that tensor.
    PARAMETER,
    /// Called with anything: something that no tensor depends on.
    OPAQUE,
    /// Only named, not called: keys of training state.
    NAME
  }

  private static final Map<String, Global> ALLOWED = new HashMap<>();

  static {
    allow(Use.DICTIONARY, "collections.OrderedDict", "collections.Counter");
    allow(Use.PARAMETERS, "torch.nn.modules.container.ParameterDict");
    allow(Use.SEQUENCE, "torch.Size");
    for (String module : List.of("builtins", "__builtin__")) {
      allow(Use.SEQUENCE, module + ".set", module + ".frozenset");
      allow(Use.OPAQUE, module + ".bytearray", module + ".complex");
    }
    allow(Use.TENSOR, "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2");
    allow(
        Use.PARAMETER,
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_parameter_with_state");
    allow(Use.OPAQUE, "torch.device", "_codecs.encode", "numpy.dtype", "numpy.ndarray");
    for (String module : List.of("numpy.core.multiarray", "numpy._core.multiarray")) {
      allow(Use.OPAQUE, module + ".scalar", module + "._reconstruct");
    }
    for (String type :
        List.of(
            "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool double float half"
                .split(" "))) {
      allow(Use.NAME, "torch." + type);
    }
    for (String module :
        List.of(
            "pytorch_lightning.callbacks",
            "pytorch_lightning.callbacks.model_checkpoint",
            "lightning.pytorch.callbacks.model_checkpoint")) {
      allow(Use.NAME, module + ".ModelCheckpoint");
    }
    Map<String, DType> storages =
        Map.of(
            "Double", DType.F64,
            "Float", DType.F32,
            "Half", DType.F16,
            "BFloat16", DType.BF16,
            "Long", DType.I64,
            "Int", DType.I32,
            "Short", DType.I16,
            "Char", DType.I8,
            "Byte", DType.U8,
            "Bool", DType.BOOL);
    storages.forEach(
        (type, dtype) -> {
          for (String module : List.of("torch.", "torch.cuda.")) {
            String name = module + type + "Storage";
            ALLOWED.put(name, new Global(name, Use.STORAGE, dtype));
          }
        });
  }

  private Globals() {}

  private static void allow(Use use, String... names) {
    for (String name : names) {
      ALLOWED.put(name, new Global(name, use, null));
    }
  }

  /// The global of that name, if it is allowed.
  static Global named(PickleBytes in, String module, String name) {
    String full = module + "." + name;
    Global global = ALLOWED.get(full);
    if (global == null) {
      throw in.error(
          "tensors and plain values only",
          "%s, of which nothing was executed".formatted(shown(full)));
    }
    return global;
  }

  private static String shown(String name) {
    int longest = 200;
    return name.length() <= longest ? name : name.substring(0, longest) + "…";
  }

  /// What a call gives.
  static PickleValue call(PickleBytes in, PickleValue callee, PickleValue arguments) {
    if (!(callee instanceof Global global)) {
      throw in.error("a class or function to call", callee.what());
    }
    if (!(arguments instanceof Sequence(String kind, List<PickleValue> given))) {
      throw in.error("arguments of " + global.name(), arguments.what());
    }
    return switch (global.use()) {
      case DICTIONARY -> dictionary(in, global, given);
      case PARAMETERS -> new Dictionary(true);
      case SEQUENCE -> sequence(in, global, given);
      case TENSOR -> tensor(in, global, given);
      case PARAMETER -> parameter(in, global, given);
      case OPAQUE -> new Opaque(global.name());
      case STORAGE, NAME ->
          throw in.error(
              "%s to be named only".formatted(global.name()),
              "a call of it, of which nothing was executed");
    };
  }

  private static Dictionary dictionary(PickleBytes in, Global global, List<PickleValue> given) {
    Dictionary out = new Dictionary(false);
    if (given.isEmpty()) {
      return out;
    }
    if (given.size() == 1 && given.getFirst() instanceof Dictionary of) {
      return of;
    }
    if (given.size() == 1 && given.getFirst() instanceof Sequence(String kind, var pairs)) {
      in.copying(pairs.size());
      for (PickleValue pair : pairs) {
        if (!(pair instanceof Sequence(String its, var two)) || two.size() != 2) {
          throw in.error("pairs for " + global.name(), pair.what());
        }
        out.put(two.get(0), two.get(1));
      }
      return out;
    }
    throw in.error("no arguments or pairs for " + global.name(), given.size() + " arguments");
  }

  private static Sequence sequence(PickleBytes in, Global global, List<PickleValue> given) {
    if (given.isEmpty()) {
      return new Sequence("tuple", new ArrayList<>(0));
    }
    if (given.size() == 1 && given.getFirst() instanceof Sequence all) {
      return all;
    }
    throw in.error("a sequence for " + global.name(), given.size() + " arguments");
  }

  private static TensorRef tensor(PickleBytes in, Global global, List<PickleValue> given) {
    if (given.size() >= 4
        && given.get(0) instanceof StorageRef storage
        && given.get(1) instanceof Whole(long offset)
        && given.get(2) instanceof Sequence sizes
        && given.get(3) instanceof Sequence strides) {
      return new TensorRef(storage, offset, sizes, strides);
    }
    throw in.error("storage, offset, sizes, strides for " + global.name(), "other arguments");
  }

  private static TensorRef parameter(PickleBytes in, Global global, List<PickleValue> given) {
    if (!given.isEmpty() && given.getFirst() instanceof TensorRef tensor) {
      return tensor;
    }
    throw in.error("a tensor for " + global.name(), "other arguments");
  }
}
