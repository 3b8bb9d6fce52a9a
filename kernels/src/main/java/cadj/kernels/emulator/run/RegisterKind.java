package cadj.kernels.emulator.run;

import cadj.kernels.ptx.PtxType;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;

/// How a register's values are kept: what Java type each of a warp's 32 lanes takes. Narrow
/// integers are the low bits of an int whose other bits are zero; a predicate is one bit of a mask.
public enum RegisterKind {
  BYTE(8, TypeKind.INT),
  HALF(16, TypeKind.INT),
  INT(32, TypeKind.INT),
  LONG(64, TypeKind.LONG),
  FLOAT(32, TypeKind.FLOAT),
  DOUBLE(64, TypeKind.DOUBLE),
  PREDICATE(1, TypeKind.BOOLEAN);

  /// The kinds that a [Warp] has a register file of each.
  public static final List<RegisterKind> CARRIERS = List.of(INT, LONG, FLOAT, DOUBLE, PREDICATE);

  private final int bits;
  private final TypeKind lane;

  RegisterKind(int bits, TypeKind lane) {
    this.bits = bits;
    this.lane = lane;
  }

  public int bits() {
    return bits;
  }

  /// Of one lane's value on Java's stack.
  public TypeKind lane() {
    return lane;
  }

  public ClassDesc laneClass() {
    return lane.upperBound();
  }

  /// Of a whole register: an array, or for predicates a mask.
  public ClassDesc registerClass() {
    return this == PREDICATE ? ConstantDescs.CD_int : laneClass().arrayType();
  }

  /// The kind whose register file holds this one's values: one of [#CARRIERS].
  public RegisterKind carrier() {
    return lane == TypeKind.INT ? INT : this;
  }

  /// Of a register declared as `type`.
  public static RegisterKind of(PtxType type) {
    return switch (type) {
      case PRED -> PREDICATE;
      case B8, U8, S8 -> BYTE;
      case B16, U16, S16, F16, BF16 -> HALF;
      case B32, U32, S32, F16X2, BF16X2, TF32 -> INT;
      case F32 -> FLOAT;
      case B64, U64, S64 -> LONG;
      case F64 -> DOUBLE;
    };
  }
}
