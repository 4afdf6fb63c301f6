"""What every Jupyter kernel must do, as jupyter_kernel_test checks it (the pager apart, which this kernel has none of)."""

import unittest

import jupyter_kernel_test


class RotoscopeKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "rotoscope"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        get_msg = cls.kc.iopub_channel.get_msg
        # The package waits 0.1 s for each message, which a busy machine can miss.
        cls.kc.iopub_channel.get_msg = lambda timeout=None: get_msg(timeout=timeout and max(timeout, 0.5))

    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("a warning")'
    completion_samples = [
        {"text": "Math.cbr", "matches": ["cbrt"]},
        {"text": "clearOut", "matches": ["clearOutput"]},
        {"text": "const counts = [1]; counts.toSor", "matches": ["toSorted"]},
    ]
    complete_code_samples = ["1", "const x: number = 1;", "function f() {\n  return 1;\n}", "await Promise.resolve(1)"]
    incomplete_code_samples = ["function f() {", "const x = [1,", "`a template", "/* a comment", "1 +"]
    invalid_code_samples = ["const = 1", "import = 7q", "function () {", ")"]
    code_generate_error = 'throw new TypeError("a failure")'
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "1 + 2 * 2", "result": "5"},
        {"code": '"text"', "result": "'text'"},
        {"code": "({ a: [1, 2] })", "result": "{ a: [ 1, 2 ] }"},
        {"code": "await (Promise.resolve(4))", "result": "4"},
    ]
    code_display_data = [
        {"code": 'display({ "text/html": "<b>bold</b>" })', "mime": "text/html"},
        {"code": 'display({ "image/png": new Uint8Array([1, 2, 3]) })', "mime": "image/png"},
    ]
    code_history_pattern = "1?+?2"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.sqrt"
    code_clear_output = "clearOutput()"
    test_pager = None


class RotoscopeIopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "rotoscope"
    support_iopub_welcome = True
