# `cpack` makes a .deb that installs with its dependencies.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME milepost)
set(CPACK_PACKAGE_CONTACT "The milepost project <milepost@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "runs milestone plans with coding agents and proves what was done")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "milepost runs a plan of tasks with a coding agent inside a container, verifies each task itself, keeps a journal that survives any crash, and takes the container away whatever happens.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "git (>= 1:2.34), bash, tar")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "docker.io | podman, curl, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libnotify-bin, bash-completion")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# The files of deploy/ are installed as they are in the source; what a umask took from them does not matter.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
include(CPack)
