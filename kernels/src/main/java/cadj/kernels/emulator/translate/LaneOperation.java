package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.run.RegisterKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The function that an instruction computes in each lane by itself: a static method that takes one
/// lane's operands, then constants, and gives the lane's result.
///
/// @param result null if there is none
/// @param constants ints, booleans or enum constants, which follow the operands
/// @param flush whether subnormal floats count as 0 (`.ftz`)
/// @param saturate whether the result is brought into [0, 1] (`.sat` of a float)
record LaneOperation(
    Class<?> owner,
    String method,
    @Nullable RegisterKind result,
    List<RegisterKind> operands,
    List<Object> constants,
    boolean flush,
    boolean saturate) {
  /// @param signature result, colon, operands: a letter each, such as `L:II` (int × int → long);
  ///   `:LI` has no result
  LaneOperation(Class<?> owner, String method, String signature, Object... constants) {
    this(
        owner,
        method,
        signature.startsWith(":") ? null : kind(signature.charAt(0)),
        signature
            .substring(signature.indexOf(':') + 1)
            .chars()
            .mapToObj(c -> kind((char) c))
            .toList(),
        List.of(constants),
        false,
        false);
  }

  LaneOperation with(Object constant) {
    List<Object> all = new ArrayList<>(constants);
    all.add(constant);
    return new LaneOperation(owner, method, result, operands, List.copyOf(all), flush, saturate);
  }

  LaneOperation with(boolean flush, boolean saturate) {
    return new LaneOperation(owner, method, result, operands, constants, flush, saturate);
  }

  ClassDesc ownerClass() {
    return owner.describeConstable().orElseThrow();
  }

  MethodTypeDesc type() {
    List<ClassDesc> parameters = new ArrayList<>();
    operands.forEach(operand -> parameters.add(operand.laneClass()));
    for (Object constant : constants) {
      parameters.add(
          switch (constant) {
            case Boolean flag -> ConstantDescs.CD_boolean;
            case Enum<?> it -> enumClass(it);
            default -> ConstantDescs.CD_int;
          });
    }
    return MethodTypeDesc.of(
        result == null ? ConstantDescs.CD_void : result.laneClass(), parameters);
  }

  static ClassDesc enumClass(Enum<?> constant) {
    return constant.getDeclaringClass().describeConstable().orElseThrow();
  }

  /// A name for it that differs from those of all others.
  String key() {
    StringBuilder key = new StringBuilder(owner.getSimpleName()).append('_').append(method);
    constants.forEach(constant -> key.append('_').append(constant));
    if (flush) {
      key.append("_ftz");
    }
    if (saturate) {
      key.append("_sat");
    }
    return key.toString().replace('-', 'm');
  }

  /// By its letter in a signature.
  private static RegisterKind kind(char letter) {
    return switch (letter) {
      case 'H' -> RegisterKind.HALF;
      case 'I' -> RegisterKind.INT;
      case 'L' -> RegisterKind.LONG;
      case 'F' -> RegisterKind.FLOAT;
      case 'D' -> RegisterKind.DOUBLE;
      case 'P' -> RegisterKind.PREDICATE;
      default -> throw new IllegalArgumentException(String.valueOf(letter));
    };
  }
}
