package cadj.kernels.emulator.run;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// Nobody else may load kernels meanwhile.
@Isolated
final class GeneratedCodeTest {
  private static final ClassDesc SUPER = ClassDesc.of(KernelCode.class.getName());
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, ClassDesc.of(Warp.class.getName()), CD_int, CD_int);

  /// Of a kernel that does nothing, but is another for each `number`.
  private static byte[] bytecode(int number) {
    return ClassFile.of()
        .build(
            GeneratedCode.named("Kernel"),
            it ->
                it.withSuperclass(SUPER)
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        0,
                        code -> code.aload(0).invokespecial(SUPER, INIT_NAME, MTD_void).return_())
                    .withMethodBody(
                        "run", RUN, 0, code -> code.loadConstant(number).pop().return_()));
  }

  @Test
  void theSameBytecodeIsTheSameKernel() {
    assertSame(GeneratedCode.kernel(bytecode(1)), GeneratedCode.kernel(bytecode(1)));
    assertNotSame(GeneratedCode.kernel(bytecode(1)), GeneratedCode.kernel(bytecode(2)));
  }

  @Test
  void onlyTheLastUsedAreKept() {
    KernelCode first = GeneratedCode.kernel(bytecode(0));
    KernelCode second = GeneratedCode.kernel(bytecode(1));
    for (int i = 2; i < 40; i++) {
      GeneratedCode.kernel(bytecode(i));
    }
    assertSame(first, GeneratedCode.kernel(bytecode(0)));
    for (int i = 40; i < 266; i++) {
      GeneratedCode.kernel(bytecode(i));
    }
    assertSame(first, GeneratedCode.kernel(bytecode(0)));
    assertNotSame(second, GeneratedCode.kernel(bytecode(1)));
    for (int i = 266; i < 530; i++) {
      GeneratedCode.kernel(bytecode(i));
    }
    assertNotSame(first, GeneratedCode.kernel(bytecode(0)));
  }
}
