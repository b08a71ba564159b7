// Has no code: its target compiles the headers that most files of the modules include, once for all of them.
