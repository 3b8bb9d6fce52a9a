package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_Integer;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.arithmetic.Singles;
import cadj.kernels.emulator.run.GeneratedCode;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Warp;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes, of a [LaneOperation], a method that runs it for a whole warp: a loop over 32 lanes that
/// the JVM turns into vector instructions where all lanes take part, and a walk over the mask's
/// bits where not.
///
/// ```java
/// static void run(int mask, float[] d, float[] a, float[] b) {
///   if (mask == -1) {
///     for (int lane = 0; lane < 32; lane++) d[lane] = Singles.add(a[lane], b[lane]);
///   } else {
///     for (; mask != 0; mask &= mask - 1) { int lane = numberOfTrailingZeros(mask); … }
///   }
/// }
/// ```
///
/// One class per operation and kinds of registers, made when first asked for and shared by all
/// kernels, so that what one kernel has warmed up is fast for the next. Results of predicates come
/// back as a mask.
final class LaneLoops {
  private static final Map<String, Loop> LOOPS = new ConcurrentHashMap<>();
  private static final ClassDesc SINGLES = Singles.class.describeConstable().orElseThrow();

  private LaneLoops() {}

  /// A static method `run(int mask, destination, sources…)`; without a destination where the result
  /// is a predicate (then the method returns a mask) or where there is none.
  record Loop(ClassDesc owner, MethodTypeDesc type) {
    void call(CodeBuilder code) {
      code.invokestatic(owner, "run", type);
    }
  }

  /// @param destination of the register written; null if none or a predicate, and then a result
  ///   that is no predicate is dropped
  /// @param sources of the registers read
  static Loop of(
      LaneOperation operation, @Nullable RegisterKind destination, List<RegisterKind> sources) {
    StringBuilder key = new StringBuilder("Loop$").append(operation.key()).append('$');
    if (destination != null) {
      key.append(letter(destination));
    }
    sources.forEach(source -> key.append(letter(source)));
    return LOOPS.computeIfAbsent(
        key.toString(), name -> new Maker(operation, destination, sources).define(name));
  }

  private static char letter(RegisterKind kind) {
    return kind.carrier().name().charAt(0);
  }

  /// Writes one class.
  private static final class Maker {
    private static final int MASK = 0;

    private final LaneOperation operation;
    private final @Nullable RegisterKind destination;
    private final List<RegisterKind> sources;
    private final boolean toMask;
    private final int firstSource;
    private final int lane;
    private final int result;

    Maker(LaneOperation operation, @Nullable RegisterKind destination, List<RegisterKind> sources) {
      this.operation = operation;
      this.destination = destination;
      this.sources = sources;
      this.toMask = operation.result() == RegisterKind.PREDICATE;
      this.firstSource = destination == null ? 1 : 2;
      this.lane = firstSource + sources.size();
      this.result = lane + 1;
    }

    Loop define(String name) {
      ClassDesc type = GeneratedCode.named(name);
      byte[] bytes =
          ClassFile.of()
              .build(
                  type,
                  built ->
                      built
                          .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                          .withMethodBody("run", methodType(), ClassFile.ACC_STATIC, this::body));
      GeneratedCode.define(bytes);
      return new Loop(type, methodType());
    }

    private MethodTypeDesc methodType() {
      List<ClassDesc> parameters = new ArrayList<>();
      parameters.add(CD_int);
      if (destination != null) {
        parameters.add(destination.registerClass());
      }
      sources.forEach(source -> parameters.add(source.registerClass()));
      return MethodTypeDesc.of(toMask ? CD_int : CD_void, parameters);
    }

    private void body(CodeBuilder code) {
      Label some = code.newLabel();
      Label end = code.newLabel();
      if (toMask) {
        code.iconst_0().istore(result);
      }
      code.iload(MASK).iconst_m1().if_icmpne(some);
      allLanes(code, end);
      code.labelBinding(some);
      lanesOfMask(code, end);
      code.labelBinding(end);
      if (toMask) {
        code.iload(result).ireturn();
      } else {
        code.return_();
      }
    }

    private void allLanes(CodeBuilder code, Label end) {
      Label loop = code.newLabel();
      code.iconst_0().istore(lane).labelBinding(loop);
      code.iload(lane).loadConstant(Warp.LANES).if_icmpge(end);
      oneLane(code);
      code.iinc(lane, 1).goto_(loop);
    }

    private void lanesOfMask(CodeBuilder code, Label end) {
      Label loop = code.newLabel();
      code.labelBinding(loop).iload(MASK).ifeq(end);
      code.iload(MASK)
          .invokestatic(CD_Integer, "numberOfTrailingZeros", MethodTypeDesc.of(CD_int, CD_int))
          .istore(lane);
      oneLane(code);
      code.iload(MASK).dup().iconst_1().isub().iand().istore(MASK).goto_(loop);
    }

    private void oneLane(CodeBuilder code) {
      if (toMask) {
        code.iload(result);
      } else if (destination != null) {
        code.aload(1).iload(lane);
      }
      for (int i = 0; i < sources.size(); i++) {
        operand(code, firstSource + i, sources.get(i), operation.operands().get(i));
      }
      for (Object constant : operation.constants()) {
        switch (constant) {
          case Boolean flag -> code.loadConstant(flag ? 1 : 0);
          case Enum<?> it -> {
            ClassDesc type = LaneOperation.enumClass(it);
            code.getstatic(type, it.name(), type);
          }
          default -> code.loadConstant((Integer) constant);
        }
      }
      code.invokestatic(operation.ownerClass(), operation.method(), operation.type());
      if (toMask) {
        code.iload(lane).ishl().ior().istore(result);
      } else if (destination != null) {
        finish(code);
        convert(code, operation.result(), destination);
        code.arrayStore(destination.lane());
      } else if (operation.result() != null) {
        drop(code, operation.result());
      }
    }

    private static void drop(CodeBuilder code, RegisterKind kind) {
      if (kind.bits() == 64) {
        code.pop2();
      } else {
        code.pop();
      }
    }

    private void operand(CodeBuilder code, int local, RegisterKind held, RegisterKind wanted) {
      if (held == RegisterKind.PREDICATE) {
        code.iload(local).iload(lane).iushr().iconst_1().iand();
        return;
      }
      code.aload(local).iload(lane).arrayLoad(held.lane());
      convert(code, held, wanted);
      if (operation.flush() && wanted == RegisterKind.FLOAT) {
        call(code, "flush");
      }
    }

    private void finish(CodeBuilder code) {
      if (operation.result() == RegisterKind.FLOAT) {
        if (operation.flush()) {
          call(code, "flush");
        }
        if (operation.saturate()) {
          call(code, "saturate");
        }
      }
    }

    private static void call(CodeBuilder code, String method) {
      code.invokestatic(SINGLES, method, MethodTypeDesc.of(CD_float, CD_float));
    }

    /// From a value as it is to one as it is wanted: registers are bits to PTX, so between integers
    /// and floats of one width the bits stay; a float widens to a double, an int to a long.
    private static void convert(CodeBuilder code, RegisterKind is, RegisterKind wanted) {
      TypeKind from = is.lane();
      TypeKind to = wanted.lane();
      if (from == to) {
        return;
      }
      switch (from) {
        case FLOAT -> {
          if (to == TypeKind.DOUBLE) {
            code.f2d();
          } else {
            bits(code, "java.lang.Float", "floatToRawIntBits", CD_float, CD_int);
          }
        }
        case DOUBLE -> bits(code, "java.lang.Double", "doubleToRawLongBits", CD_double, CD_long);
        case LONG -> {
          if (to == TypeKind.DOUBLE) {
            bits(code, "java.lang.Double", "longBitsToDouble", CD_long, CD_double);
          } else {
            code.l2i();
          }
        }
        default -> {
          if (to == TypeKind.LONG) {
            code.i2l();
          } else {
            bits(code, "java.lang.Float", "intBitsToFloat", CD_int, CD_float);
            if (to == TypeKind.DOUBLE) {
              code.f2d();
            }
          }
        }
      }
    }

    private static void bits(
        CodeBuilder code, String owner, String method, ClassDesc from, ClassDesc to) {
      code.invokestatic(ClassDesc.of(owner), method, MethodTypeDesc.of(to, from));
    }
  }
}
